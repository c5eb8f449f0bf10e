import { sql, type SQL } from "drizzle-orm";
import type { PipelinePhase, PipelineSpan, Stretch } from "../../core/pipeline-span.ts";
import type { Connection } from "../database.ts";
import { openSteps } from "../steps.ts";

/** A range of a run's events, by their ids: after one, and up to one. */
interface EventRange {
  readonly after: number;
  readonly upTo: number;
}

const ALL: EventRange = { after: 0, upTo: Number.MAX_SAFE_INTEGER };

/** The stretches of a run's work that are done, in the order of their ends, and the pauses between its processes. */
export function pipelineSpans(
  db: Connection,
  runId: number,
  range = ALL,
): { readonly spans: PipelineSpan[]; readonly pauses: Stretch[] } {
  const pauses = pausesOf(db, runId);
  const spans = [...phases(db, runId, range), ...evaluations(db, runId, pauses)];
  return { spans: spans.sort((one, other) => (one.finishedAt < other.finishedAt ? -1 : 1)), pauses };
}

/** What goes on now in a run that a process works on, with `now` as its end. */
export function openSpans(
  db: Connection,
  runId: number,
  now: string,
  done: { readonly spans: readonly PipelineSpan[]; readonly pauses: readonly Stretch[] },
): PipelineSpan[] {
  const resumed = done.pauses.at(-1)?.finishedAt ?? "";
  const [oldest, ...later] = openSteps(db, runId);
  const going = [oldest, ...later].flatMap((step) => (step?.phase === "collect" ? [step] : []));
  const rows = db.all<{ readonly step: number; readonly suite: string; readonly startedAt: string }>(sql`
    SELECT step, suite, started_at AS startedAt FROM evals WHERE run_id = ${runId} AND finished_at IS NULL`);
  const since = (startedAt: string): Stretch => ({ startedAt: latest(startedAt, resumed), finishedAt: now });
  const spans: PipelineSpan[] = [
    ...going.map(({ number, startedAt }) => spanOf("collect", number, since(startedAt), { isOpen: true })),
    ...rows.map(({ step, suite, startedAt }) => spanOf("evaluate", step, since(startedAt), { suite, isOpen: true })),
  ];
  if (oldest === undefined || oldest.phase === "collect" || oldest.phase === "done") return spans;
  // Steps are credited, trained and observed one after the other: since the newest of these is done, the next goes on.
  const before = done.spans.findLast(
    ({ phase, step }) => phase === "observe" || (phase !== "evaluate" && step === oldest.number),
  );
  return [
    ...spans,
    spanOf(oldest.phase, oldest.number, since(before?.finishedAt ?? oldest.startedAt), { isOpen: true }),
  ];
}

function spanOf(
  phase: PipelinePhase,
  step: number,
  stretch: Stretch,
  { suite = null, isOpen = false }: { readonly suite?: string | null; readonly isOpen?: boolean } = {},
): PipelineSpan {
  return { phase, step, suite, ...stretch, isOpen };
}

interface PhaseRow {
  readonly step: number;
  readonly phase: PipelinePhase;
  readonly seconds: number;
  readonly at: string;
}

function phases(db: Connection, runId: number, { after, upTo }: EventRange): PipelineSpan[] {
  const ofType = (type: string, phase: SQL): PhaseRow[] =>
    db.all<PhaseRow>(sql`
      SELECT step, ${phase} AS phase, data ->> 'seconds' AS seconds, at FROM events
      WHERE run_id = ${runId} AND type = ${type} AND id > ${after} AND id <= ${upTo} ORDER BY id`);
  return [...ofType("phase_finished", sql`data ->> 'phase'`), ...ofType("weights_loaded", sql`'sync'`)].map(
    ({ step, phase, seconds, at }) =>
      spanOf(phase, step, { startedAt: new Date(Date.parse(at) - seconds * 1000).toISOString(), finishedAt: at }),
  );
}

function evaluations(db: Connection, runId: number, pauses: readonly Stretch[]): PipelineSpan[] {
  const rows = db.all<Stretch & { readonly step: number; readonly suite: string }>(sql`
    SELECT step, suite, started_at AS startedAt, finished_at AS finishedAt FROM evals
    WHERE run_id = ${runId} AND finished_at IS NOT NULL ORDER BY finished_at`);
  return rows.map(({ step, suite, startedAt, finishedAt }) => {
    // Of one that was resumed, what was done since.
    const resumed = pauses.findLast((pause) => pause.finishedAt <= finishedAt)?.finishedAt ?? "";
    return spanOf("evaluate", step, { startedAt: latest(startedAt, resumed), finishedAt }, { suite });
  });
}

/** From the last that a process wrote of a run to when the next took it up. */
function pausesOf(db: Connection, runId: number): Stretch[] {
  return db.all<Stretch>(sql`
    SELECT (SELECT b.at FROM events b WHERE b.run_id = e.run_id AND b.id < e.id ORDER BY b.id DESC LIMIT 1) AS startedAt,
           e.at AS finishedAt
    FROM events e WHERE e.run_id = ${runId} AND e.type = 'run_resumed' ORDER BY e.id`);
}

function latest(one: string, other: string): string {
  return one > other ? one : other;
}
