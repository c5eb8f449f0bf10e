import { z } from "zod";
import { notACliff } from "./cliff.ts";
import { hintAt, leave, type Scaffold, type ScaffoldDecision, type ScaffoldGroup } from "./scaffold.ts";

const optionsSchema = z.strictObject({
  ratios: z
    .array(z.number().gt(0).max(1))
    .min(1)
    .default([0.25, 0.5, 0.75])
    .describe("Shares of the reference solution that are shown, one after the other until one leads to a pass."),
  min_ok: z.int().positive().default(2).describe("Verdicts a group needs to count as a cliff."),
  cold_start_steps: z
    .int()
    .nonnegative()
    .default(0)
    .describe("Steps at the start in which every group is sampled anew under `cold_start_ratio`."),
  cold_start_ratio: z.number().gt(0).max(1).default(0.5).describe("Share of the solution shown in those steps."),
});

/** Options of {@link ghpo}, checked. */
export type GhpoOptions = z.output<typeof optionsSchema>;

/**
 * GHPO (arXiv 2507.10628): a group that nobody solved is sampled anew, whole, with a growing prefix of the reference
 * solution in its prompt, up to the first ratio at which any rollout passes; those rollouts take the group's place.
 *
 * The reference solution is the problem's hints of the tier `solution`; a ratio shows that share of its parts, rounded
 * to the nearest and at least one; ratios that come to the same are tried once. When no ratio leads to a pass the group stays as it was.
 */
export const ghpo: Scaffold<GhpoOptions> = {
  name: "ghpo",
  options: optionsSchema,
  decide(group, options) {
    const parts = group.hints.solution ?? [];
    if (group.step <= options.cold_start_steps) {
      if (parts.length === 0) return leave("no_hints");
      if (group.attempts.length > 0) return replaceAll(group, 0, "cold_start");
      return tryLevel(group, parts, levelOf(options.cold_start_ratio, parts));
    }
    const reason = notACliff(group, options.min_ok);
    if (reason !== undefined) return leave(reason);
    if (parts.length === 0) return leave("no_hints");
    const passing = group.attempts.findIndex(({ passed }) => passed.includes(true));
    if (passing !== -1) return replaceAll(group, passing, "hinted");
    const levels = [...new Set(options.ratios.map((ratio) => levelOf(ratio, parts)))];
    const level = levels[group.attempts.length];
    return level === undefined ? leave("unrescued") : tryLevel(group, parts, level);
  },
  tiers: () => ["solution"],
  looksBack: () => false,
  changesPrompts: () => false,
};

function levelOf(ratio: number, parts: readonly string[]): number {
  return Math.max(1, Math.round(ratio * parts.length));
}

function tryLevel(group: ScaffoldGroup, parts: readonly string[], level: number): ScaffoldDecision {
  return { kind: "try", hint: hintAt("solution", parts, level), samples: group.passed.length };
}

/** Every rollout of the group gives way to that attempt's; an attempt that was skipped has none and changes nothing. */
function replaceAll(group: ScaffoldGroup, attempt: number, outcome: "hinted" | "cold_start"): ScaffoldDecision {
  const samples = group.attempts[attempt]?.passed ?? [];
  if (samples.length === 0) return leave("unrescued");
  const replacements = samples.map((_, sample) => ({
    rollout: sample,
    attempt,
    sample,
    trainedUnder: "hinted" as const,
  }));
  return { kind: "done", outcome, replacements };
}
