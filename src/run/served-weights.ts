import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServedWeights } from "../policy/weight-sync.ts";
import type { CheckpointRow } from "../tracking/training.ts";
import { decodeJson } from "../trainer/protocol/json.ts";
import { exportManifest } from "../trainer/protocol/schemas.ts";

/**
 * The weights of a checkpoint as a policy server is to load them; the base's where there is none.
 * @param directory the run's own.
 */
export function servedWeights(directory: string, checkpoint: CheckpointRow | undefined): ServedWeights {
  if (checkpoint === undefined) return { policyVersion: 0, directory: undefined };
  const exported = join(directory, checkpoint.exportDirectory);
  const path = join(exported, "manifest.json");
  const { probe } = decodeJson(exportManifest, readFileSync(path, "utf8"), path);
  return { policyVersion: checkpoint.policyVersion, directory: exported, probe: probe ?? undefined };
}
