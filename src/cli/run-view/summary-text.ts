import { asStarted } from "../command-name.ts";
import { oneLine } from "../printable.ts";
import { counted, list } from "../../report/story/words.ts";
import { table } from "../table.ts";
import { optionText } from "./event-texts.ts";
import { curveText } from "./curve-text.ts";
import { share, signedShare } from "../../core/texts/share-text.ts";
import { duration } from "./format.ts";
import { cut } from "./screen.ts";
import { sourceResults, type ArmResult } from "../../tracking/evals.ts";
import type { BusyShares } from "../../report/pipeline/busy-shares.ts";
import type { Summary } from "./summary.ts";

/** Alarms that are listed; of more the newest. */
const MOST_ALARMS = 8;

/** Columns of an example's text. */
const LONGEST_TEXT = 40;

/** The summary as people read it. */
export function summaryText(summary: Summary, databasePath: string): string {
  return [
    ...(summary.reason === null ? [] : [`The run ${summary.state}: ${oneLine(asStarted(summary.reason))}`]),
    ...summary.story.map(({ text }) => oneLine(text)),
    ...heldOutText(summary),
    ...examplesText(summary),
    ...stabilityText(summary),
    ...curveText(summary),
    ...alarmsText(summary),
    ...serversText(summary),
    ...changesText(summary),
    ...countsText(summary),
    `Everything is in ${databasePath}. Try:`,
    asStarted(
      commandsToTry(summary)
        .map((command) => `  ${command}`)
        .join("\n"),
    ),
  ].join("\n\n");
}

function heldOutText({ before, after, afterStep, suite, suiteSources }: Summary): string[] {
  if (after.length === 0) return [];
  const [first, now] = [namedResults(before), namedResults(after)];
  const rows = now.map(({ name, accuracy, problems, completions }) => [
    name,
    share(first.find((row) => row.name === name)?.accuracy),
    share(accuracy),
    `${problems} problems, ${completions} completions`,
  ]);
  return [
    `Held-out accuracy (${suite} set${suiteSources.length === 0 ? "" : ` of ${oneLine(list(suiteSources))} alone`}, sampled), before and after ${counted(afterStep ?? 0, "step")}`,
    table(["arm", "before", "after", ""], rows),
  ];
}

/** What each arm came to, and after them all arms of each source that has several. */
function namedResults(arms: readonly ArmResult[]) {
  return [
    ...arms.map((result) => ({ ...result, name: result.arm })),
    ...sourceResults(arms).map((result) => ({ ...result, name: `all of ${result.source}` })),
  ];
}

function examplesText({ examples }: Summary): string[] {
  if (examples.length === 0) return [];
  const mark = (passed: boolean | null): string => (passed === null ? "?" : passed ? "right" : "wrong");
  const short = (text: string): string => cut(oneLine(text), LONGEST_TEXT);
  const rows = examples.map((row) => [
    row.arm,
    short(row.problem),
    short(row.answer),
    short(row.before),
    mark(row.beforePassed),
    short(row.after),
    mark(row.afterPassed),
  ]);
  return ["Held-out problems, one of each arm", table(["arm", "problem", "answer", "before", "", "after", ""], rows)];
}

/** Forgetting by arm: only where there is anything between the first evaluation and the last. */
function stabilityText({ stability: { arms, minAcc, worstCaseAcc }, evaluations }: Summary): string[] {
  if (evaluations < 3) return [];
  const rows = arms.map(({ arm, first, best, now, learnedAt, lowestSince, maintenance }) => [
    arm,
    share(first),
    share(best),
    share(now),
    learnedAt === null ? "-" : String(learnedAt),
    share(lowestSince),
    maintenance === null ? "-" : signedShare(maintenance),
  ]);
  const sums = [
    ...(minAcc === null ? [] : [`min-ACC ${share(minAcc)}`]),
    ...(worstCaseAcc === null ? [] : [`WC-ACC ${share(worstCaseAcc)}`]),
  ];
  return [
    `Forgetting, over ${evaluations} evaluations on the development set${sums.length === 0 ? "" : ` (${sums.join(", ")})`}`,
    table(["arm", "first", "best", "now", "learned at step", "lowest since", "kept"], rows),
  ];
}

function alarmsText({ alarms }: Summary): string[] {
  if (alarms.length === 0) return [];
  const rows = alarms.slice(-MOST_ALARMS).map(({ step, alarm, message }) => [String(step), alarm, message]);
  const which = alarms.length > MOST_ALARMS ? `, the last ${MOST_ALARMS} of ${alarms.length}` : "";
  return [`Alarms${which} (what to do: docs/monitors.md)`, table(["step", "alarm", ""], rows)];
}

function serversText({ serversOut }: Summary): string[] {
  if (serversOut.length === 0) return [];
  const rows = serversOut.map(({ replica, reason }) => [oneLine(replica), oneLine(reason)]);
  return ["Policy servers out of use", table(["server", ""], rows)];
}

function changesText({ changes }: Summary): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ step, path, before, after, by }) => [
    String(step),
    oneLine(path),
    cut(optionText(before), LONGEST_TEXT),
    cut(optionText(after), LONGEST_TEXT),
    oneLine(by),
  ]);
  return ["Changes of the recipe, each from its step on", table(["step", "option", "before", "after", "by"], rows)];
}

function countsText({ dropped, droppedGroups, secondsByPhase, busy }: Summary): string[] {
  const byName = (counts: Readonly<Record<string, number>>, text: (value: number) => string): string =>
    Object.entries(counts)
      .map(([name, value]) => `${name} ${text(value)}`)
      .join(", ");
  const parts = [
    ...(Object.keys(dropped).length === 0 ? [] : [`Rollouts not trained: ${byName(dropped, String)}`]),
    ...(Object.keys(droppedGroups).length === 0 ? [] : [`Groups not sampled: ${byName(droppedGroups, String)}`]),
    ...(Object.keys(secondsByPhase).length === 0 || overlaps(busy)
      ? []
      : [`Time by phase: ${byName(secondsByPhase, duration)}`]),
    ...(busy === null ? [] : [busyText(busy)]),
  ];
  return parts.length === 0 ? [] : [parts.join("\n")];
}

/** Whether phases of several steps went on at the same time, so that their seconds do not add up. */
function overlaps(busy: BusyShares | null): boolean {
  return busy !== null && busy.both >= 0.005;
}

function busyText(busy: BusyShares): string {
  const { wallSeconds, samplers, trainer, both, neither } = busy;
  const apart = overlaps(busy) ? `, both at once ${share(both)}` : "";
  return `Wall time ${duration(wallSeconds)}: samplers busy ${share(samplers)}, trainer ${share(trainer)}${apart}, neither ${share(neither)}`;
}

/** What to do with a run next. */
function commandsToTry(summary: Summary): string[] {
  const { runId, version, source, steps, afterStep } = summary;
  const chat = `rlvr chat ${version} --template${source === null ? "" : ` --source ${source}`}`;
  const withVersions = [
    chat,
    `rlvr checkpoints ${runId}`,
    `rlvr run --from ${version} --steps ${2 * steps}`,
    `rlvr export ${version} --format model --out model-${runId}`,
  ];
  return [
    "rlvr serve",
    ...((afterStep ?? 0) > 0 ? withVersions : []),
    ...queriesToTry(summary).map((query) => `rlvr sql "${query}"`),
  ];
}

/** Questions worth asking of a run. */
function queriesToTry({ runId, firstStep, afterStep }: Summary): string[] {
  const steps = [...new Set([firstStep, Math.max(firstStep, afterStep ?? 0)])].join(", ");
  return [
    `SELECT step, arm, round(pass_rate, 2) AS pass_rate FROM v_arms WHERE run_id = ${runId} AND step IN (${steps})`,
    `SELECT * FROM v_lineage WHERE run_id = ${runId} LIMIT 1`,
    `SELECT arm, drop_reason, sum(rollouts) AS rollouts FROM v_drops WHERE run_id = ${runId} GROUP BY arm, drop_reason`,
  ];
}
