import { mkdirSync } from "node:fs";
import { exitWithParent } from "../../core/process/exit-with-parent.ts";
import { notOfProtocol, readProtocolFile } from "../protocol/json.ts";
import { epochPaths } from "../protocol/paths.ts";
import { launch } from "../protocol/schemas.ts";
import { serveControl, toWireError } from "./control-loop.ts";
import { startEmbeddedTrainer } from "./embedded-trainer.ts";
import { startHeartbeat } from "./heartbeat-writer.ts";

// The embedded trainer as a process: `node main.ts EPOCH_DIRECTORY`.
const [, , root] = process.argv;
if (root === undefined) throw new Error("usage: main.ts EPOCH_DIRECTORY");

exitWithParent();
process.on("SIGTERM", () => process.exit(143));

const paths = epochPaths(root);
const heartbeat = startHeartbeat(paths.heartbeat);
try {
  mkdirSync(paths.control, { recursive: true });
  const settings = readProtocolFile(launch, paths.launch);
  if (settings === undefined) throw notOfProtocol(paths.launch, "is not there");
  const trainer = await startEmbeddedTrainer(paths, settings, heartbeat.report);
  heartbeat.report("idle", trainer.policyVersion(), 0, true);
  await serveControl(paths, trainer, heartbeat.report);
  process.exit(0);
} catch (error) {
  heartbeat.fail(toWireError(error));
  process.exit(1);
}
