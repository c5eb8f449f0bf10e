import { join } from "node:path";
import { modelNames } from "../../../core/files/model-file.ts";
import { readProtocolFile } from "../../../trainer/protocol/json.ts";
import { controlAnswer } from "../../../trainer/protocol/schemas.ts";

/** Name and versions of the trainer of an epoch, as its newest answer tells them; nothing where it gave none. */
export function trainerVersions(epochDirectory: string): Record<string, string> {
  const control = join(epochDirectory, "control");
  const names = modelNames(control).filter((name) => name.endsWith(".answer.json"));
  for (const name of names.toSorted().toReversed()) {
    const answer = readProtocolFile(controlAnswer, join(control, name));
    if (answer?.ok === true) return { trainer: answer.trainer.name, ...answer.trainer.versions };
  }
  return {};
}
