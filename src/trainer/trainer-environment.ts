import { packagePath } from "../core/package-files.ts";
import type { EnvironmentKind } from "../core/python/environment-kind.ts";

const REQUIREMENTS = packagePath("python/requirements-trainer.txt");

/** The Python environment of the PyTorch trainer. */
export const TRAINER_ENVIRONMENT: EnvironmentKind = {
  name: "trainer",
  title: "the trainer's environment",
  command: "rlvr trainer setup",
  requirements: { cpu: REQUIREMENTS, cuda: REQUIREMENTS },
  without: { cpu: [], cuda: [] },
  packages: 35,
  modules: ["transformers", "peft"],
  told: ["transformers", "peft"],
  failure: "trainer_failed",
};
