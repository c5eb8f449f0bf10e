import { createJudge } from "./scoring/judge.ts";
import { servePolicy } from "./services/serve-policy.ts";
import { openTeacher } from "./services/teacher-service.ts";
import { createTrainerService } from "./services/trainer-service.ts";

/** How a run gets at what works outside its own process. Tests of the loop give scripted ones. */
export interface RunPorts {
  readonly createJudge: typeof createJudge;
  readonly servePolicy: typeof servePolicy;
  readonly createTrainer: typeof createTrainerService;
  readonly openTeacher: typeof openTeacher;
}

/** The ports that start processes and talk to servers. */
export const RUN_PORTS: RunPorts = { createJudge, servePolicy, createTrainer: createTrainerService, openTeacher };
