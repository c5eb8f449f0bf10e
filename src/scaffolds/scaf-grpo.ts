import { z } from "zod";
import { notACliff } from "./cliff.ts";
import { hintAt, leave, TIERS, type Hint, type HintParts, type Scaffold } from "./scaffold.ts";

const optionsSchema = z.strictObject({
  tiers: z
    .array(z.enum(TIERS))
    .min(1)
    .default([...TIERS])
    .describe("Kinds of hints, in the order they are tried."),
  increments: z
    .boolean()
    .default(true)
    .describe("Show a tier's parts one more at a time; false shows each tier whole at once."),
  samples: z.int().positive().default(2).describe("Rollouts under each hint that is tried."),
  exemption: z.number().min(0).max(1).default(0.15).describe("Share of the run without hints, at its start."),
  min_ok: z.int().positive().default(2).describe("Verdicts a group needs to count as a cliff."),
  trigger: z
    .enum(["after_exemption", "stagnant"])
    .default("after_exemption")
    .describe("stagnant: hint only when the problem's earlier visits did not pass either."),
  stagnant_visits: z
    .int()
    .positive()
    .default(2)
    .describe("Earlier visits without a pass, under other policy versions, that `stagnant` asks for."),
  trained_under: z
    .enum(["hinted", "unhinted", "fading"])
    .default("hinted")
    .describe(
      "Prompt under which a hinted rollout is trained: the one it was sampled under, the plain one, or the plain one " +
        "as soon as every rollout under the hint passes. The latter two need the objective's `old: recompute`.",
    ),
});

/** Options of {@link scafGrpo}, checked. */
export type ScafGrpoOptions = z.output<typeof optionsSchema>;

/**
 * Scaf-GRPO (arXiv 2510.19807): at a learning cliff, the weakest hint that leads to a pass, and one hinted rollout in
 * the place of the group's first failure.
 *
 * Hints are tried tier by tier, each from its first part to all of them, and the search ends with the first pass. The
 * hinted rollout keeps the prompt it was sampled under, so its ratio is taken with the hint in both policies. For the
 * first `exemption` of the run there are no hints, so that what practice alone can teach is not scaffolded.
 *
 * `trained_under: unhinted` trains the rollout under the plain prompt instead (worse in the paper). `fading` is not the
 * paper's: once every rollout under a hint passes, the hinted prompt has nothing left to teach (their probability is
 * near 1, and so the gradient near 0) while the weakest hint goes on rescuing the group, and the policy may never learn
 * to do without. From then on the rollout is trained under the plain prompt, which passes on what the hint brought out.
 *
 * `trigger: stagnant` is this project's reading of the paper's diagnosis, whose rate it leaves undefined: the last
 * `stagnant_visits` visits to the problem under other policy versions had no pass either. It needs problems that come
 * back.
 */
export const scafGrpo: Scaffold<ScafGrpoOptions> = {
  name: "scaf-grpo",
  options: optionsSchema,
  decide(group, options) {
    const reason = notACliff(group, options.min_ok);
    if (reason !== undefined) return leave(reason);
    if (group.progress < options.exemption) return leave("exempt");
    if (options.trigger === "stagnant" && !isStagnant(group.earlierPassRates, options.stagnant_visits))
      return leave("not_stagnant");
    const ladder = hintLadder(group.hints, options);
    if (ladder.length === 0) return leave("no_hints");
    const attempt = group.attempts.findIndex(({ passed }) => passed.includes(true));
    if (attempt !== -1) {
      const sample = group.attempts[attempt]?.passed.indexOf(true) ?? 0;
      const rollout = group.passed.indexOf(false);
      const trainedUnder = promptFor(options.trained_under, group.attempts[attempt]?.passed ?? []);
      return { kind: "done", outcome: "hinted", replacements: [{ rollout, attempt, sample, trainedUnder }] };
    }
    const hint = ladder[group.attempts.length];
    return hint === undefined ? leave("unrescued") : { kind: "try", hint, samples: options.samples };
  },
  tiers: (options) => options.tiers,
  looksBack: (options) => options.trigger === "stagnant",
  changesPrompts: (options) => options.trained_under !== "hinted",
};

/** All hints of a problem in the order they are tried; tiers that it does not have are skipped. */
function hintLadder(hints: HintParts, { tiers, increments }: ScafGrpoOptions): Hint[] {
  return tiers.flatMap((tier) => {
    const parts = hints[tier] ?? [];
    const levels = increments ? parts.map((_, index) => index + 1) : parts.length === 0 ? [] : [parts.length];
    return levels.map((level) => hintAt(tier, parts, level));
  });
}

function promptFor(mode: ScafGrpoOptions["trained_under"], passed: readonly (boolean | null)[]): "hinted" | "unhinted" {
  if (mode !== "fading") return mode;
  return passed.every((each) => each === true) ? "unhinted" : "hinted";
}

function isStagnant(earlierPassRates: readonly (number | null)[], visits: number): boolean {
  const last = earlierPassRates.slice(-visits);
  return last.length === visits && last.every((rate) => rate === 0);
}
