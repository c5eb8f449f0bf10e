import { join } from "node:path";
import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import type { Connection } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { finishedSteps, openSteps } from "../../tracking/steps.ts";
import { unfinishedEvals } from "../../tracking/evals.ts";
import { checkpointAfter, type CheckpointRow } from "../../tracking/training.ts";
import { MAX_MANIFEST, readProtocolFile } from "../../trainer/protocol/json.ts";
import { exportManifest } from "../../trainer/protocol/schemas.ts";
import { directoryFault } from "../../trainer/protocol/verified-directory.ts";

/** A run with its own folder. */
interface RunPart {
  readonly db: Connection;
  readonly run: Pick<RunRow, "id" | "parentStep">;
  readonly directory: string;
}

/** The fault of a checkpoint's export, whose files are read; undefined when it is whole. */
export function exportFault(directory: string, checkpoint: CheckpointRow): Promise<string | undefined> {
  const { exportDirectory, policyVersion } = checkpoint;
  return directoryFault(join(directory, exportDirectory), exportManifest, (manifest) =>
    manifest.policy_version === policyVersion ? undefined : `it is that of version ${manifest.policy_version}`,
  );
}

/** The weights that a run stood with after a step. Throws like {@link servedWeights}. */
export function weightsAfter({ db, run, directory }: RunPart, step: number): ServedWeights {
  return servedWeights(directory, checkpointAfter(db, run.id, step));
}

/**
 * The weights that a run starts its servers with: the oldest that something may still be sampled under, since not every server
 * can go back to the base. With `pipeline.partial` all that goes on goes on under those that were brought in last. Throws like
 * {@link servedWeights}.
 */
export function startingWeights(part: RunPart, { pipeline }: Pick<Recipe, "pipeline">): ServedWeights {
  const { db, run } = part;
  const open = openSteps(db, run.id);
  const finished = finishedSteps(db, run);
  if (pipeline.partial) return weightsAfter(part, open[0]?.phase === "observe" ? open[0].number : finished);
  const collecting = open.filter(({ phase }) => phase === "collect").map(({ chosenAfter }) => chosenAfter);
  return weightsAfter(part, Math.min(finished, ...unfinishedEvals(db, run.id), ...collecting));
}

/**
 * The weights of a checkpoint as a policy server is to load them; the base's where there is none.
 * @param directory the run's own.
 * @throws RlvrError `missing_file` when the export is gone.
 */
export function servedWeights(directory: string, checkpoint: CheckpointRow | undefined): ServedWeights {
  if (checkpoint === undefined) return { policyVersion: 0, directory: undefined };
  const exported = join(directory, checkpoint.exportDirectory);
  const path = join(exported, "manifest.json");
  const manifest = readProtocolFile(exportManifest, path, MAX_MANIFEST);
  if (manifest === undefined) {
    throw new RlvrError(
      "missing_file",
      `the weights of policy version ${checkpoint.policyVersion} are gone: no ${path}`,
      {
        advice: "Bring the run's folder back to where it was, beside its database.",
      },
    );
  }
  return { policyVersion: checkpoint.policyVersion, directory: exported, probe: manifest.probe ?? undefined };
}
