import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Recipe } from "../config/recipe-schema.ts";
import { isRlvrError } from "../core/errors.ts";
import { logText } from "../core/texts/log-text.ts";
import { configureObjective } from "../objectives/registry.ts";
import { distilledAdvantages } from "../objectives/teacher-credit.ts";
import { TokenizerProcess } from "../policy/onnx/tokenizer/tokenizer-process.ts";
import { SERVER_LOG, TRAINER_FOLDER } from "../run/run-context.ts";
import type { DashboardParts, RunFiles, TokenAdvantages, TrainerFiles } from "../server/parts.ts";
import { runDirectory } from "../tracking/database.ts";
import { checkedRunFolder } from "../tracking/run-folder.ts";
import { readProtocolFile } from "../trainer/protocol/json.ts";
import { epochDirectory, epochPaths } from "../trainer/protocol/paths.ts";
import { heartbeat } from "../trainer/protocol/schemas.ts";

/** Bytes at the end of a log that are shown. */
const LOG_BYTES = 16_384;

/** Most tokenizers that are kept, each in a process of its own; people look at few runs at a time. */
const MOST_TOKENIZERS = 4;

/** What the dashboard shows tokens by. */
export interface TokenDecoder {
  /** See `DashboardParts.decodeTokens`. */
  readonly decode: DashboardParts["decodeTokens"];
  /** Ends its processes. */
  close(): void;
}

/** Decodes tokens by the tokenizer of a policy's directory; those asked for last are kept. */
export function createTokenDecoder(): TokenDecoder {
  const kept = new Map<string, TokenizerProcess>();
  return {
    async decode(modelDirectory, ids) {
      const tokenizer = kept.get(modelDirectory) ?? new TokenizerProcess(modelDirectory);
      kept.delete(modelDirectory);
      kept.set(modelDirectory, tokenizer);
      const [oldest] = kept;
      if (oldest !== undefined && kept.size > MOST_TOKENIZERS) {
        kept.delete(oldest[0]);
        oldest[1].close();
      }
      const [texts, special] = await Promise.all([tokenizer.tokenTexts(ids), tokenizer.specialTexts(ids)]);
      return texts.map((text, at) => ({ text: special[at] ?? text, isSpecial: special[at] != null }));
    },
    close() {
      for (const tokenizer of kept.values()) tokenizer.close();
    },
  };
}

/** Advantages as the run's batches have them: the teacher's part differs from token to token, as in src/run/learner/train.ts. */
export const tokenAdvantages: TokenAdvantages = (run, { advantage, logprobs, teacherLogprobs }) => {
  const { name, ...options } = (run.recipe as Recipe).objective;
  const { teacherCoefficient } = configureObjective(name, options);
  return teacherCoefficient === 0 || teacherLogprobs === null
    ? logprobs.map(() => advantage)
    : distilledAdvantages(advantage, logprobs, teacherLogprobs, teacherCoefficient);
};

/**
 * Reads what a trainer's attempt left on disk, beside a database; null for what is not there, or not for this user to read.
 * @throws RlvrError `unsafe_path` where another user made the run's folder, or may write to it.
 */
export function readTrainerFiles(databasePath: string, runId: number, epoch: number): TrainerFiles {
  try {
    const job = join(checkedRunFolder(databasePath, runId), TRAINER_FOLDER);
    const paths = epochPaths(epochDirectory(job, epoch));
    return { heartbeat: readHeartbeat(paths.heartbeat), log: endOf(paths.log) };
  } catch (error) {
    // A user may let others read a database and not the folder of its runs.
    if ((error as NodeJS.ErrnoException).code === "EACCES") return { heartbeat: null, log: null };
    throw error;
  }
}

/** Null also for one that cannot be read: such a job has failed, and its row says why. */
function readHeartbeat(path: string): TrainerFiles["heartbeat"] {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return null;
  try {
    const found = readProtocolFile(heartbeat, path);
    if (found === undefined) return null;
    const { counter, phase } = found;
    return { counter, phase, ageSeconds: Math.max(0, (Date.now() - file.mtimeMs) / 1000) };
  } catch (error) {
    if (isRlvrError(error)) return null;
    throw error;
  }
}

/**
 * Reads where the files of a run lie beside a database, and the end of its policy server's log; null where there is none or
 * it is not for this user to read.
 * @throws RlvrError like {@link readTrainerFiles}.
 */
export function readRunFiles(databasePath: string, runId: number): RunFiles {
  try {
    const folder = checkedRunFolder(databasePath, runId);
    const path = join(folder, SERVER_LOG);
    const text = endOf(path);
    return { folder, serverLog: text === null ? null : { path, text } };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    return { folder: runDirectory(databasePath, runId), serverLog: null };
  }
}

/** The end of a regular file as text; null for anything else, a link among it: it could lead out of the run's folder. */
function endOf(path: string): string | null {
  const handle = openToRead(path);
  if (handle === undefined) return null;
  try {
    const file = fstatSync(handle);
    if (!file.isFile()) return null;
    const bytes = Buffer.alloc(Math.min(file.size, LOG_BYTES));
    const read = readSync(handle, bytes, 0, bytes.length, file.size - bytes.length);
    const text = bytes.subarray(0, read).toString();
    // The first line may begin in its middle.
    return logText(file.size > LOG_BYTES ? text.slice(text.indexOf("\n") + 1) : text);
  } finally {
    closeSync(handle);
  }
}

/** Without waiting for what may never come, as from a pipe; undefined where nothing is, or nothing that may be read. */
function openToRead(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES" || code === "ELOOP") return undefined;
    throw error;
  }
}
