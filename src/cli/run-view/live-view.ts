import { oneLine } from "../printable.ts";
import { styleText } from "node:util";
import { bar, duration, share, sparkline } from "./format.ts";
import type { Progress } from "./progress.ts";

const CURVE = 32;

/**
 * The live view of a run as text. Pure.
 * @param seconds since this process began to work on the run.
 */
export function liveView(progress: Progress, seconds: number): string {
  const { name, runId, steps, step, done, doneHere, stepSeconds, activity, activityShare } = progress;
  const left = doneHere === 0 || done === 1 ? null : (stepSeconds / doneHere) * (1 - done);
  const lines = [
    ...progress.notes.map((note) => styleText("yellow", oneLine(note))),
    `${styleText("bold", name)} ${styleText("dim", `run ${runId}`)}  ${bar(done, 30)} step ${step} of ${steps}` +
      styleText("dim", `  ${duration(seconds)}${left === null ? "" : `, about ${duration(left)} to go`}`),
    `${styleText("dim", activity)}${activityShare === null ? "" : `  ${bar(activityShare, 20)}`}`,
  ];
  if (progress.passRates.size > 0 || progress.accuracy.size > 0) lines.push("", ...armTable(progress));
  const { loss, gradient_norm: norm, entropy, clip_fraction: clipped } = progress.train;
  if (loss !== undefined) {
    const numbers = [
      `trained ${share(progress.trainedShare)} of the rollouts`,
      `loss ${loss.toFixed(4)}`,
      `gradient norm ${norm?.toFixed(2) ?? "-"}`,
      `entropy ${entropy?.toFixed(3) ?? "-"}`,
      `clipped ${share(clipped)}`,
      ...(progress.cliffs > 0 ? [`cliffs ${progress.cliffs}, ${progress.hinted} of them hinted`] : []),
    ];
    lines.push("", styleText("dim", numbers.join("   ")));
  }
  if (progress.missing !== null) lines.push(styleText("yellow", `${oneLine(progress.missing)}`));
  return lines.join("\n");
}

function armTable({ passRates, accuracy }: Progress): string[] {
  const held = accuracy.get("development") ?? new Map<string, number | null>();
  const arms = [...new Set([...held.keys(), ...passRates.keys()])];
  const width = Math.max(3, ...arms.map((arm) => arm.length));
  const header = `${"arm".padEnd(width)}  held-out  practice  ${"pass rate over the steps".padEnd(CURVE)}`;
  const rows = arms.map((arm) => {
    const rates = passRates.get(arm) ?? [];
    const recent = rates.slice(-5);
    const now = recent.length === 0 ? null : recent.reduce((sum, rate) => sum + rate, 0) / recent.length;
    return `${oneLine(arm).padEnd(width)}  ${share(held.get(arm)).padStart(8)}  ${share(now).padStart(8)}  ${styleText("cyan", sparkline(rates, CURVE))}`;
  });
  return [styleText("dim", header), ...rows];
}
