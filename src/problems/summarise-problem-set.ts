import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { openProblemSet } from "./open-problem-set.ts";

/** What a problem set holds. */
export interface ProblemSetSummary {
  readonly path: string;
  readonly bytes: number;
  /** Of the file's bytes: the set's identity in the database. */
  readonly sha256: string;
  readonly problems: number;
  /** Lines that are not problems: a run refuses the set. */
  readonly badLines: number;
  /** Problems with hints. */
  readonly hinted: number;
  /** Problems by arm, in order of their first. */
  readonly arms: ReadonlyMap<string, number>;
}

/**
 * Counts what a problem set holds, in constant memory.
 * @throws RlvrError like {@link openProblemSet}.
 */
export async function summariseProblemSet(path: string): Promise<ProblemSetSummary> {
  let [problems, badLines, hinted] = [0, 0, 0];
  const arms = new Map<string, number>();
  for await (const line of (await openProblemSet(path)).lines) {
    if ("fault" in line) {
      badLines++;
      continue;
    }
    const { arm, hints } = line.problem;
    problems++;
    if (hints !== undefined) hinted++;
    arms.set(arm, (arms.get(arm) ?? 0) + 1);
  }
  return { path, ...(await digestOf(path)), problems, badLines, hinted, arms };
}

async function digestOf(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
