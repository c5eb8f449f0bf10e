import stringWidth from "string-width";
import { oneLine } from "../printable.ts";
import { armTable } from "./arm-table.ts";
import { cliffsOf } from "./cliffs.ts";
import { recentMean, valuesOf, type Curve } from "./curve.ts";
import { bar, duration, reading, sparkline } from "./format.ts";
import { share } from "../../core/texts/share-text.ts";
import type { Progress } from "./progress.ts";
import { cut, paint, paintCurve, type Screen } from "./screen.ts";
import { underwayLines, type Done } from "./underway.ts";

/** Some lines of the view. Where not all fit, the least important go first. */
interface Block {
  readonly importance: number;
  readonly lines: readonly string[];
}

/** Lines that the table of arms gets at least: its header, an arm, and the rest in one line. */
const LEAST_ARMS = 3;
const BLANK: Block = { importance: 0, lines: [""] };
const WIDEST_BAR = 40;

/**
 * A run as a picture of text that fits a screen. Pure: the same for a run that works, one that is resumed and one that
 * is over.
 * @param seconds since this process began to work on the run; null where nobody waits for it.
 */
export function view(progress: Progress, screen: Screen, seconds: number | null): string {
  const arms = progress.arms.size;
  const above: Block[] = [
    { importance: 9, lines: [headLine(progress, screen, seconds), runLine(progress, screen)] },
    ...activityLines(progress, screen).map((line, place) => ({ importance: place === 0 ? 8 : 7, lines: [line] })),
    { importance: 6, lines: serverLogLine(progress, screen) },
    { importance: 6, lines: stateLine(progress, screen) },
    ...withBlank(4, curveLines(progress, screen)),
    ...(arms > 0 ? [BLANK] : []),
  ];
  const below: Block[] = [
    ...withBlank(3, numberLines(progress, screen)),
    { importance: 5, lines: cliffLine(progress) },
    { importance: 7, lines: alarmLines(progress, screen) },
    { importance: 2, lines: progress.notes.map((note) => paint(screen, "yellow", oneLine(note))) },
  ];
  const wanted = arms === 0 ? 0 : Math.min(LEAST_ARMS, arms + 1);
  const kept = keptBlocks([...above, ...below], screen.rows - wanted);
  const linesOf = (blocks: readonly Block[]): string[] =>
    blocks.filter((block) => kept.has(block)).flatMap((block) => block.lines);
  const [top, bottom] = [linesOf(above), linesOf(below)];
  const room = screen.rows - top.length - bottom.length;
  const lines = [...top, ...(arms > 0 && room > 1 ? armTable(progress, screen, room) : []), ...bottom];
  return lines
    .slice(0, Number.isFinite(screen.rows) ? screen.rows : undefined)
    .map((line) => cut(line, screen.columns))
    .join("\n");
}

function serverLogLine({ serverLog }: Progress, screen: Screen): string[] {
  return serverLog === null ? [] : [paint(screen, "dim", `the policy server's log: ${oneLine(serverLog)}`)];
}

function withBlank(importance: number, lines: readonly string[]): Block[] {
  return lines.length === 0 ? [] : [{ ...BLANK }, { importance, lines }];
}

/** The blocks that fit into some lines: the least important are left out, of equals the later. */
function keptBlocks(blocks: readonly Block[], room: number): ReadonlySet<Block> {
  const kept = new Set(blocks);
  const byImportance = [...blocks].reverse().sort((a, b) => a.importance - b.importance);
  let used = blocks.reduce((sum, { lines }) => sum + lines.length, 0);
  for (const block of byImportance) {
    if (used <= room) break;
    kept.delete(block);
    used -= block.lines.length;
  }
  return kept;
}

function headLine(
  { name, runId, done, timedDone, timedSeconds }: Progress,
  screen: Screen,
  seconds: number | null,
): string {
  const left = timedDone <= 0 || done >= 1 ? "" : `, about ${duration((timedSeconds / timedDone) * (1 - done))} to go`;
  const title = `${paint(screen, "bold", oneLine(name))} ${paint(screen, "dim", `run ${runId}`)}`;
  if (seconds === null) return title;
  const time = `${duration(seconds)}${left}`;
  const gap = Math.min(WIDEST_BAR * 2, screen.columns) - stringWidth(title) - stringWidth(time);
  return `${title}${" ".repeat(Math.max(2, gap))}${paint(screen, "dim", time)}`;
}

function runLine({ done, step, steps }: Progress, screen: Screen): string {
  return `${bar(done, barWidth(screen))} step ${step} of ${steps}`;
}

/** What goes on, a line each: what is trained, what is sampled, what is evaluated. Without any, what is done instead. */
function activityLines({ activity, underway, evaluation }: Progress, screen: Screen): string[] {
  const lines = underwayLines(underway).map(({ text, done }) => doneLine(text, done, screen));
  if (evaluation !== null) lines.push(doneLine(`evaluating on ${evaluation.suite}`, evaluation, screen));
  return lines.length === 0 ? [oneLine(activity)] : lines;
}

function doneLine(activity: string, done: Done | null, screen: Screen): string {
  if (done === null) return oneLine(activity);
  return `${bar(done.done / done.total, barWidth(screen))} ${oneLine(activity)}, ${partText(done)}`;
}

function partText({ done, total, unit }: Done): string {
  return `${done} of ${total} ${unit}`;
}

function barWidth({ columns }: Screen): number {
  return Math.max(5, Math.min(WIDEST_BAR, Math.floor(columns * 0.375)));
}

function stateLine({ trainer, policyVersion, last }: Progress, screen: Screen): string[] {
  const speed = last?.tokensPerSecond ?? null;
  const parts = [
    ...(trainer === null ? [] : [`trainer ${trainer.state}${trainer.epoch > 1 ? ` (epoch ${trainer.epoch})` : ""}`]),
    `policy version ${policyVersion}`,
    ...(speed === null ? [] : [`${Math.round(speed).toLocaleString("en-US")} tokens/s`]),
  ];
  return [paint(screen, "dim", parts.join("   "))];
}

function curveLines(progress: Progress, screen: Screen): string[] {
  const { rewards, passRates, forkedFrom } = progress;
  const line = (label: string, curve: Curve): string[] => {
    const values = valuesOf(curve);
    if (values.length === 0) return [];
    const picture = sparkline(scaled(values), Math.max(8, Math.min(120, screen.columns - 17)));
    return [`${label.padEnd(9)} ${reading(recentMean(curve)).padStart(5)}  ${paintCurve(screen, picture, progress)}`];
  };
  const lines = [...line("reward", rewards), ...line("pass rate", passRates)];
  if (lines.length === 0 || forkedFrom === null || forkedFrom.step === 0) return lines;
  return [...lines, paint(screen, "dim", `curves up to step ${forkedFrom.step}: run ${forkedFrom.runId}`)];
}

/** Values as parts of 0 to 1: shares as they are, others from the lowest to the highest. */
function scaled(values: readonly number[]): readonly number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low >= 0 && high <= 1) return values;
  return values.map((value) => (high === low ? 0.5 : (value - low) / (high - low)));
}

function numberLines({ last }: Progress, screen: Screen): string[] {
  if (last === null) return [];
  const { loss, gradient_norm: norm, entropy, clip_fraction: clipped } = last.train;
  const parts = [
    `trained ${share(last.trained / last.rollouts)}`,
    ...(last.zeroVariance === null ? [] : [`no spread ${share(last.zeroVariance)}`]),
    ...(last.length === null ? [] : [`length ${last.length.mean.toFixed(1)}`, `cut ${share(last.length.cut)}`]),
  ];
  const trained = [
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(4)}`]),
    ...(norm === undefined ? [] : [`gradient ${norm.toFixed(2)}`]),
    ...(entropy === undefined ? [] : [`entropy ${entropy.toFixed(3)}`]),
    ...(clipped === undefined ? [] : [`clipped ${share(clipped)}`]),
    ...(last.teacherKl === null ? [] : [`KL to teacher ${last.teacherKl.toFixed(4)}`]),
  ];
  return [parts, trained].filter((line) => line.length > 0).map((line) => paint(screen, "dim", line.join("   ")));
}

function cliffLine({ last, cliffs, hinted }: Progress): string[] {
  if (last === null || cliffs === 0) return [];
  const now = cliffsOf(last);
  return [`cliffs ${now.cliffs} (hinted ${now.hinted}) in this step, ${cliffs} (hinted ${hinted}) in the run`];
}

function alarmLines({ alarm, alarms, missing }: Progress, screen: Screen): string[] {
  const yellow = (text: string): string => paint(screen, "yellow", oneLine(text));
  return [
    ...(alarm === null ? [] : [yellow(`alarm${alarms > 1 ? ` ${alarms}` : ""}, step ${alarm.step}: ${alarm.message}`)]),
    ...(missing === null ? [] : [yellow(missing)]),
  ];
}
