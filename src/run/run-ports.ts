import { createJudges } from "./scoring/source-judges.ts";
import { servePolicy } from "./services/serve-policy.ts";
import { openTeacher } from "./services/teacher-service.ts";
import { createTrainerService } from "./services/trainer-service.ts";

/** How a run gets at what works outside its own process. Tests of the loop give scripted ones. */
export interface RunPorts {
  readonly createJudges: typeof createJudges;
  readonly servePolicy: typeof servePolicy;
  readonly createTrainer: typeof createTrainerService;
  readonly openTeacher: typeof openTeacher;
}

/** The ports that start processes and talk to servers. */
export const RUN_PORTS: RunPorts = { createJudges, servePolicy, createTrainer: createTrainerService, openTeacher };
