import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Recipe } from "../config/recipe-schema.ts";
import { isRlvrError } from "../core/errors.ts";
import { isPresent, readIfPresent } from "../core/files.ts";
import { configureObjective } from "../objectives/registry.ts";
import { distilledAdvantages } from "../objectives/teacher-credit.ts";
import { tokenTexts } from "../policy/onnx/token-texts.ts";
import { loadTokenizer, type PolicyTokenizer } from "../policy/onnx/tokenizer.ts";
import { TRAINER_FOLDER } from "../run/run-context.ts";
import type { TokenAdvantages, TrainerFiles } from "../server/parts.ts";
import { runDirectory } from "../tracking/database.ts";
import { decodeJson } from "../trainer/protocol/json.ts";
import { epochDirectory, epochPaths } from "../trainer/protocol/paths.ts";
import { heartbeat } from "../trainer/protocol/schemas.ts";

/** Bytes at the end of a trainer's log that are shown. */
const LOG_BYTES = 16_384;

/** What each token of a completion adds to its text; the tokenizer of each directory is loaded once. */
export function createTokenDecoder(): (modelDirectory: string, ids: readonly number[]) => readonly string[] {
  const loaded = new Map<string, PolicyTokenizer>();
  return (modelDirectory, ids) => {
    let tokenizer = loaded.get(modelDirectory);
    if (tokenizer === undefined) loaded.set(modelDirectory, (tokenizer = loadTokenizer(modelDirectory)));
    return tokenTexts(tokenizer, ids);
  };
}

/** Advantages as the run's batches have them: the teacher's part differs from token to token, as in src/run/phases/train.ts. */
export const tokenAdvantages: TokenAdvantages = (run, { advantage, logprobs, teacherLogprobs }) => {
  const { name, ...options } = (run.recipe as Recipe).objective;
  const { teacherCoefficient } = configureObjective(name, options);
  return teacherCoefficient === 0 || teacherLogprobs === null
    ? logprobs.map(() => advantage)
    : distilledAdvantages(advantage, logprobs, teacherLogprobs, teacherCoefficient);
};

/** Reads what a trainer's attempt left on disk, beside a database. */
export function readTrainerFiles(databasePath: string, runId: number, epoch: number): TrainerFiles {
  const job = join(runDirectory(databasePath, runId), TRAINER_FOLDER);
  const paths = epochPaths(epochDirectory(job, epoch));
  return { heartbeat: readHeartbeat(paths.heartbeat), log: endOf(paths.log) };
}

/** Null also for one that cannot be read: such a job has failed, and its row says why. */
function readHeartbeat(path: string): TrainerFiles["heartbeat"] {
  const text = readIfPresent(path)?.toString();
  const file = statSync(path, { throwIfNoEntry: false });
  if (text === undefined || file === undefined) return null;
  try {
    const { counter, phase } = decodeJson(heartbeat, text, path);
    return { counter, phase, ageSeconds: Math.max(0, (Date.now() - file.mtimeMs) / 1000) };
  } catch (error) {
    if (isRlvrError(error)) return null;
    throw error;
  }
}

function endOf(path: string): string | null {
  if (!isPresent(path)) return null;
  const handle = openSync(path, "r");
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, LOG_BYTES));
    const read = readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.subarray(0, read).toString();
    // The first line may begin in its middle.
    return size > LOG_BYTES ? text.slice(text.indexOf("\n") + 1) : text;
  } finally {
    closeSync(handle);
  }
}
