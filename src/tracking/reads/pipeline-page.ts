import { sql } from "drizzle-orm";
import type { PipelineSpan, Stretch } from "../../core/pipeline-span.ts";
import type { Connection } from "../database.ts";
import { metricsOfSteps } from "../metrics.ts";
import type { RunRow } from "../runs.ts";
import { begunSteps, stepNumbered } from "../steps.ts";
import { openSpans, pipelineSpans } from "./pipeline-spans.ts";

/** Numbers of a step of the timeline; null where they are not known. */
export interface PipelineStep {
  readonly step: number;
  /** The step with whose weights it was sampled. */
  readonly sampledAfter: number;
  /** Seconds that it took, those since the step before was done. */
  readonly wallSeconds: number | null;
  readonly collectSeconds: number | null;
  readonly trainSeconds: number | null;
  readonly syncSeconds: number | null;
  /** Policy versions between what was trained and what sampled it. */
  readonly meanStaleness: number | null;
  readonly maxStaleness: number | null;
}

/** Some steps of a run's timeline. */
export interface PipelinePage {
  /** The first step of the run, and the newest that is begun; less than the first while none is. */
  readonly first: number;
  readonly last: number;
  /** The steps of this page. */
  readonly from: number;
  readonly to: number;
  /** From the end of the step before the page to the end of its last, or to now; null while nothing is done. */
  readonly window: Stretch | null;
  /** All work that falls into it, also that of other steps, in the order of its ends. */
  readonly spans: readonly PipelineSpan[];
  /** Stretches in which no process worked on the run. */
  readonly pauses: readonly Stretch[];
  /** Newest first. */
  readonly steps: readonly PipelineStep[];
}

/** Steps that are begun at the most before an earlier one is done: `pipeline.depth` and that one. */
const MOST_OPEN = 9;

/**
 * A page of a run's timeline. Reads the events of those steps alone, however many there are before and after.
 * @param to its last step; undefined is the newest.
 * @param count its steps, at the most.
 * @param now the time, where a process works on the run: what goes on ends now. Null otherwise.
 */
export function pipelinePage(
  db: Connection,
  run: Pick<RunRow, "id" | "parentStep">,
  to: number | undefined,
  count: number,
  now: string | null,
): PipelinePage {
  const first = (run.parentStep ?? 0) + 1;
  const last = begunSteps(db, run);
  const end = Math.min(Math.max(to ?? last, first), last);
  const from = Math.max(first, end - count + 1);
  const isNewest = end === last;
  const finish = (step: number): number | undefined => finishEvent(db, run.id, first, step);
  const range = { after: finish(from - 1) ?? 0, upTo: finish(end + MOST_OPEN) ?? Number.MAX_SAFE_INTEGER };
  const done = pipelineSpans(db, run.id, range);
  const all = [...done.spans, ...(isNewest && now !== null ? openSpans(db, run.id, now, done) : [])];
  const window = windowOf(
    all,
    from > first ? stepNumbered(db, run.id, from - 1).finishedAt : null,
    isNewest ? now : stepNumbered(db, run.id, end).finishedAt,
  );
  const isShown = (each: Stretch): boolean =>
    window !== null && each.finishedAt > window.startedAt && each.startedAt < window.finishedAt;
  return {
    first,
    last,
    from,
    to: end,
    window,
    spans: all.filter(isShown),
    pauses: done.pauses.filter(isShown),
    steps: stepsOf(db, run.id, from, end),
  };
}

/** Id of the event that tells that a step is done. There is one a step, in their order: the index alone is counted. */
function finishEvent(db: Connection, runId: number, first: number, step: number): number | undefined {
  if (step < first) return undefined;
  return db.get<{ readonly id: number } | undefined>(sql`
    SELECT id FROM events WHERE run_id = ${runId} AND type = 'step_finished' ORDER BY id LIMIT 1 OFFSET ${step - first}`)
    ?.id;
}

/** Between two times; where one is not known, from the first beginning, and to the last end of anything. */
function windowOf(spans: readonly PipelineSpan[], start: string | null, end: string | null): Stretch | null {
  if (spans.length === 0) return null;
  const startedAt =
    start ??
    spans.reduce((least, each) => (each.startedAt < least ? each.startedAt : least), spans[0]?.startedAt ?? "");
  const finishedAt = end ?? spans.reduce((most, each) => (each.finishedAt > most ? each.finishedAt : most), "");
  return finishedAt > startedAt ? { startedAt, finishedAt } : null;
}

function stepsOf(db: Connection, runId: number, from: number, to: number): PipelineStep[] {
  const rows = db.all<{ readonly step: number; readonly sampledAfter: number }>(sql`
    SELECT number AS step, chosen_after AS sampledAfter FROM steps
    WHERE run_id = ${runId} AND number BETWEEN ${from} AND ${to} ORDER BY number DESC`);
  const numbers = new Map(
    metricsOfSteps(db, runId, { from, to }, ["seconds.*", "staleness.*", "wall_seconds"]).map((each) => [
      each.step,
      each.numbers,
    ]),
  );
  return rows.map(({ step, sampledAfter }) => {
    const of = (name: string): number | null => numbers.get(step)?.[name] ?? null;
    return {
      step,
      sampledAfter,
      wallSeconds: of("wall_seconds"),
      collectSeconds: of("seconds.collect"),
      trainSeconds: of("seconds.train"),
      syncSeconds: of("seconds.sync"),
      meanStaleness: of("staleness.mean"),
      maxStaleness: of("staleness.max"),
    };
  });
}
