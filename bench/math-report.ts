import type { DifferentialPair } from "../test/support/differential-set.ts";
import { median, table } from "./table.ts";

/** What a block prints of each pair. */
export interface PairLine {
  readonly id: string;
  readonly ms: number;
  /** Null where there is no verdict. */
  readonly passed: boolean | null;
}

/** Milliseconds a pair. */
export interface Speed {
  readonly mean: number;
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

const KINDS = ["correct", "equivalent", "corrupted"] as const;
/** Characters of a response's end that are shown. */
const SHOWN = 90;

/** How long the pairs of a block took. */
export function speedOf(lines: readonly PairLine[]): Speed {
  const times = lines.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return {
    mean: times.reduce((total, ms) => total + ms, 0) / times.length,
    median: median(times),
    p99: times[Math.ceil(0.99 * times.length) - 1] ?? Number.NaN,
    most: times.at(-1) ?? Number.NaN,
  };
}

/** How far both sides agree, how often each is right, and every pair on which they differ, as Markdown. */
export function agreementReport(
  set: readonly DifferentialPair[],
  theirs: readonly PairLine[],
  ours: readonly PairLine[],
): string {
  const [their, our] = [theirs, ours].map((lines) => new Map(lines.map(({ id, passed }) => [id, passed])));
  const pairs = set.flatMap((pair) => {
    if (our?.has(pair.id) !== true) return [];
    const truth = pair.kind !== "corrupted";
    return [{ ...pair, truth, theirs: their?.get(pair.id) ?? null, ours: our.get(pair.id) ?? null }];
  });
  const differing = pairs.filter((pair) => pair.theirs !== pair.ours);
  const moved = pairs.filter((pair) => pair.theirs !== pair.math_verify).map(({ id }) => id);
  const falseAccepts = differing.filter((pair) => !pair.truth && pair.theirs === false && pair.ours === true);
  const share = (100 * (pairs.length - differing.length)) / pairs.length;
  const right = (side: "theirs" | "ours", kind: string): string => {
    const of = pairs.filter((pair) => pair.kind === kind);
    return `${of.filter((pair) => pair[side] === pair.truth).length} of ${of.length}`;
  };
  return `## Agreement

They agree on ${pairs.length - differing.length} of ${pairs.length} pairs (${share.toFixed(2)}%). Of the corrupted pairs that math-verify rejects, rlvr accepts ${falseAccepts.length}.
math-verify's verdicts differ from the recorded ones on ${moved.length === 0 ? "none" : moved.join(", ")}.

${table(
  ["right, by the way the pairs were built", ...KINDS],
  [
    ["math-verify", ...KINDS.map((kind) => right("theirs", kind))],
    ["rlvr", ...KINDS.map((kind) => right("ours", kind))],
  ],
)}

Where they differ, rlvr is right on ${differing.filter((pair) => pair.ours === pair.truth).length} and math-verify on ${differing.filter((pair) => pair.theirs === pair.truth).length}:

| pair | answer | end of the response | math-verify | rlvr | right is |
| --- | --- | --- | --- | --- | --- |
${differing
  .map(
    (pair) =>
      `| ${pair.id} | ${code(pair.answer)} | ${code(pair.response.slice(-SHOWN))} | ${said(pair.theirs)} | ${said(pair.ours)} | ${pair.ours === pair.truth ? "rlvr" : pair.theirs === pair.truth ? "math-verify" : "neither"} |`,
  )
  .join("\n")}
`;
}

function said(passed: boolean | null): string {
  return passed === null ? "no verdict" : passed ? "accepts" : "rejects";
}

function code(text: string): string {
  return `\`${text.replaceAll("\n", " ").replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
