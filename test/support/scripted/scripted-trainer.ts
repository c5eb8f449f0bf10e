import { join } from "node:path";
import { sha256, writeDirectoryAtomic } from "../../../src/core/files/files.ts";
import type { RunPorts } from "../../../src/run/run-ports.ts";
import { encodeJson, readProtocolFile } from "../../../src/trainer/protocol/json.ts";
import { epochDirectory, epochPaths, sixDigits } from "../../../src/trainer/protocol/paths.ts";
import { batchManifest, exportManifest, PROTOCOL_VERSION } from "../../../src/trainer/protocol/schemas.ts";
import { createTrainerJob, latestCheckpoint } from "../../../src/tracking/training.ts";

/**
 * What a scripted trainer does with a batch, giving its metrics; what it throws is what training rejects with. Default: trains it.
 */
export type TrainerScript = (batchDirectory: string) => TrainerMetrics | Promise<TrainerMetrics>;
type TrainerMetrics = Readonly<Record<string, number>> | void;

/**
 * A trainer in this process. The "weights" of a version are a hash of its parent's and of the batch, so two runs end with
 * equal checkpoints only where they trained equal batches in the same order.
 */
export function scriptedTrainer(script: TrainerScript = () => undefined): RunPorts["createTrainer"] {
  return ({ db, runId, runDirectory, driver }) => {
    let job: ReturnType<typeof createTrainerJob> | undefined;
    return {
      ready: () => Promise.resolve(),
      async train({ batchDirectory }) {
        const parent = latestCheckpoint(db, runId);
        const parentVersion = parent?.policyVersion ?? 0;
        job ??= createTrainerJob(db, runId, driver, parentVersion);
        const metrics = (await script(batchDirectory)) ?? { loss: 0 };
        const policyVersion = parentVersion + 1;
        const batch = readProtocolFile(batchManifest, join(batchDirectory, "manifest.json"));
        const weights = `${parent?.sha256 ?? ""}${batch?.files["batch.safetensors"]}`;
        const { exports } = epochPaths(epochDirectory(join(runDirectory, "trainer"), job.epoch));
        const exportDirectory = join(exports, sixDigits(policyVersion));
        const manifest = encodeJson(exportManifest, {
          protocol: PROTOCOL_VERSION,
          kind: "export",
          policy_version: policyVersion,
          format: "weights",
          files: {},
          probe: null,
        });
        writeDirectoryAtomic(exportDirectory, { "manifest.json": manifest });
        const checkpoint = { directory: exportDirectory, sha256: sha256(weights) };
        const trainer = { name: "scripted", versions: { scripted: "1" } };
        return {
          policyVersion,
          parentVersion,
          checkpoint,
          exportDirectory,
          metrics,
          tokenStats: undefined,
          trainer,
          job,
        };
      },
      save: () => Promise.resolve(),
      restoreExport: () => Promise.reject(new Error("a scripted trainer keeps no weights")),
      close: () => Promise.resolve(),
    };
  };
}
