import type { Problem } from "../problem.ts";
import { findLeak } from "./find-leak.ts";

/** Where hints give an answer away. */
export interface HintLeak {
  readonly tier: string;
  /** The first part that does, from 1; together with those before it, for they are shown one after the other. */
  readonly part: number;
  /** What gives it away, as it stands in the normalised text. */
  readonly leak: string;
}

/** The first place in a problem's hints, the last part of its solution aside, that gives the final answer away. */
export function leakInHints({ problem, answer, hints = {} }: Problem): HintLeak | undefined {
  const guarded = { ...hints, solution: hints.solution?.slice(0, -1) };
  for (const [tier, parts = []] of Object.entries(guarded)) {
    for (let part = 1; part <= parts.length; part++) {
      const leak = findLeak(parts.slice(0, part).join("\n"), answer, problem);
      if (leak !== undefined) return { tier, part, leak };
    }
  }
  return undefined;
}
