import type {
  CheckpointPassedOver,
  ExportLost,
  GeneratorsConfigured,
  StepFinished,
  VerifierChanged,
} from "../../run/events.ts";
import { share, signedShare } from "../../core/texts/share-text.ts";
import { errorLine } from "../../core/texts/error-line.ts";

/** Small pure pieces of text that the views of a run share. */

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** From here on numbers have no short names: a compact one is hundreds of digits long at last. */
const NAMELESS = 1e15;

/**
 * A reward as people read it: with two decimals like a share where it is below 1, else three digits (`12.3`, `-4.56K`,
 * `1.00e+308`): rewards have any scale.
 */
export function reading(value: number | null): string {
  if (value === null || (value >= 0 && value <= 1)) return share(value);
  if (Math.abs(value) >= NAMELESS) return value.toExponential(2);
  return Math.abs(value) < 1 ? signedShare(value) : COMPACT.format(value);
}

/** Verdicts that a verifier did not come to, and why. */
export function missingText(missing: {
  readonly verdicts: number;
  readonly verifier: string;
  readonly error: string;
}): string {
  return `${missing.verdicts} verdicts missing (${missing.verifier}: ${errorLine(missing.error).slice(0, 160)})`;
}

/** That a verifier judges otherwise than before, and by which source. */
export function changedVerifierText({ source, verifier, before, after }: VerifierChanged): string {
  const identity = ({ version, sourceSha256 }: VerifierChanged["before"]): string =>
    `version ${version}, source ${sourceSha256.slice(0, 12)}`;
  return `the verifier ${verifier}${source === undefined ? "" : ` of ${source}`} changed since the run last worked: ${identity(before)}, now ${identity(after)}; earlier verdicts stand`;
}

/** That generators make other problems than before. */
export function changedGeneratorText({ changed }: GeneratorsConfigured): string {
  return `the generator of ${changed.join(", ")} changed since the run last worked; the problems that it made stand`;
}

/** Seconds as people read them: `41 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

/** A bar of a width, filled to a share in eighths of a character. */
export function bar(value: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, value)) * width * 8);
  const full = "█".repeat(Math.floor(eighths / 8));
  const rest = eighths % 8 === 0 ? "" : (" ▏▎▍▌▋▊▉"[eighths % 8] ?? "");
  return (full + rest).padEnd(width, "·");
}

/** The last values of a series as one line of blocks, lowest at 0 and highest at 1. */
export function sparkline(values: readonly number[], width: number): string {
  const recent = values.length <= width ? values : bucketMeans(values, width);
  return recent.map((value) => "▁▂▃▄▅▆▇█"[Math.min(7, Math.floor(value * 8))] ?? " ").join("");
}

/** Means of `count` buckets of as equal a size as can be. */
function bucketMeans(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, bucket) => {
    const part = values.slice(
      Math.floor((bucket * values.length) / count),
      Math.floor(((bucket + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** A file of a run that is missing or damaged, and how the run goes on. */
export function fileText(event: CheckpointPassedOver | ExportLost): string {
  const { policyVersion: version, path, reason } = event;
  if (event.type === "export_lost")
    return `the weights of policy version ${version} in ${path} are not usable (${reason}): the trainer writes them again`;
  const { older, startsFrom } = event;
  const others = older === 0 ? "" : `, nor ${older === 1 ? "is an older one" : `are ${older} older ones`}`;
  const from = startsFrom === 0 ? "the base" : `version ${startsFrom}`;
  return `the checkpoint of policy version ${version} in ${path} is not usable (${reason})${others}: the batches since ${from} are trained again`;
}

/** How long a step took; in runs of older versions, and where a resume completed it, the sum of its phases as far as known. */
export function secondsOf({ wallSeconds, seconds }: Pick<StepFinished, "wallSeconds" | "seconds">): number {
  return wallSeconds ?? Object.values(seconds).reduce((sum, value) => sum + value, 0);
}
