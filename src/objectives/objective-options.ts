import { z } from "zod";
import { CORRECTION_MODES } from "../core/correction-modes.ts";
import type { SurrogateSettings } from "./objective.ts";
import { weightModeSchema, type WeightMode } from "./weights.ts";

/**
 * Options that objectives share, in groups: an objective takes those that it can use, with its paper's defaults, and
 * ends its schema with `.check(consistentOptions)`.
 */

/** How the losses of tokens add up, by default in one of the {@link WeightMode}s. */
export function weightOptions(mode: WeightMode) {
  return {
    weights: weightModeSchema.default(mode).describe("How the losses of tokens add up."),
    max_tokens: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe("Most tokens of a completion; seq-mean-token-sum-norm divides by it, overlong_buffer counts from it."),
  };
}

/** The overlong penalty, off by default; goes with {@link weightOptions}. */
export const overlongOptions = {
  overlong_buffer: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "Over the last so many tokens before max_tokens the reward falls by up to 1 (DAPO); null for no penalty.",
    ),
};

/** Credit from a teacher's log-probabilities, off by default. */
export const teacherOptions = {
  teacher_coef: z
    .number()
    .nonnegative()
    .default(0)
    .describe("On-policy distillation: each token's advantage gets -teacher_coef x (log p - log p of the teacher)."),
};

/** The coefficient that {@link teacherOptions} set. */
export function teacherCoefficient(options: TeacherOptions): number {
  return options.teacher_coef;
}

/** The clipped surrogate, with these bounds by default. */
export function clipOptions(low: number, high: number) {
  return {
    clip_low: z.number().min(0).max(1).default(low).describe("The ratio is clipped below at 1 - clip_low."),
    clip_high: z.number().min(0).default(high).describe("The ratio is clipped above at 1 + clip_high."),
    dual_clip: z
      .number()
      .gt(1)
      .nullable()
      .default(null)
      .describe("Bound of the loss of a negative advantage, as a multiple of -A; null for none."),
  };
}

/** What the surrogate of every objective takes. */
export const lossOptions = {
  old: z
    .enum(["sampler", "recompute"])
    .default("sampler")
    .describe("The ratio is taken to the sampler's log-probabilities, or to the trainer's own from before the batch."),
  correction: z
    .enum(CORRECTION_MODES)
    .nullable()
    .default(null)
    .describe(
      "Weight w = exp(old - sampled) on the surrogate against the mismatch of sampler and trainer, by token, by the " +
        "sequence's sum or its mean (geometric): truncated to the cap, or 0 outside floor and cap; needs old: recompute.",
    ),
  correction_cap: z.number().positive().default(2).describe("Upper bound of the correction's w."),
  correction_floor: z
    .number()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("Lower bound of w for the mask modes; null for 1 / correction_cap."),
  kl_kind: z
    .enum(["k1", "k2", "k3"])
    .default("k3")
    .describe("Estimate of the KL to the reference policy: k1 d, k2 d^2/2, k3 e^-d + d - 1, d = log p - log ref."),
  kl_coef: z.number().nonnegative().default(0).describe("Coefficient of the KL to the reference policy."),
  entropy_coef: z.number().nonnegative().default(0).describe("Coefficient of the entropy bonus."),
};

/** What most objectives take beside their own options: weights in this mode and clips at these bounds by default. */
export function usualOptions(weights: WeightMode, clip: { readonly low: number; readonly high: number }) {
  return {
    ...weightOptions(weights),
    ...overlongOptions,
    ...teacherOptions,
    ...clipOptions(clip.low, clip.high),
    ...lossOptions,
  };
}

/** {@link weightOptions}, checked. */
export type WeightOptions = z.output<z.ZodObject<ReturnType<typeof weightOptions>>>;
/** {@link overlongOptions}, checked. */
export type OverlongOptions = z.output<z.ZodObject<typeof overlongOptions>>;
/** {@link teacherOptions}, checked. */
export type TeacherOptions = z.output<z.ZodObject<typeof teacherOptions>>;
type ClipOptions = z.output<z.ZodObject<ReturnType<typeof clipOptions>>>;
type LossOptions = z.output<z.ZodObject<typeof lossOptions>>;

/** Settings of the clipped surrogate that these options ask for. */
export function clippedSurrogate(
  options: LossOptions & ClipOptions,
  ratioLevel: SurrogateSettings["ratioLevel"] = "token",
): SurrogateSettings {
  return {
    ratioLevel,
    clipLow: options.clip_low,
    clipHigh: options.clip_high,
    dualClip: options.dual_clip,
    ratioCap: null,
    ...lossSettings(options),
  };
}

/** What {@link lossOptions} set of a surrogate. */
export function lossSettings(
  options: LossOptions,
): Pick<SurrogateSettings, "old" | "correction" | "klKind" | "klCoef" | "entropyCoef"> {
  return {
    old: options.old,
    correction:
      options.correction === null
        ? null
        : { mode: options.correction, cap: options.correction_cap, floor: floorOf(options) },
    klKind: options.kl_kind,
    klCoef: options.kl_coef,
    entropyCoef: options.entropy_coef,
  };
}

function floorOf(options: LossOptions): number {
  return options.correction_floor ?? 1 / options.correction_cap;
}

/** Refuses options that do not go together; what each objective's schema ends with. */
export function consistentOptions(
  context: z.core.ParsePayload<LossOptions & WeightOptions & Partial<OverlongOptions>>,
): void {
  const options = context.value;
  const refuse = (option: keyof typeof options, message: string): void => {
    context.issues.push({ code: "custom", path: [option], message, input: options[option] });
  };
  if (options.weights === "seq-mean-token-sum-norm" && options.max_tokens === null) {
    refuse("max_tokens", "seq-mean-token-sum-norm needs it: the most tokens that a completion can have");
  }
  const buffer = options.overlong_buffer ?? null;
  if (buffer !== null && options.max_tokens === null) {
    refuse("max_tokens", "overlong_buffer needs it: the most tokens that a completion can have");
  }
  if (buffer !== null && options.max_tokens !== null && buffer > options.max_tokens) {
    refuse("overlong_buffer", `it must be at most max_tokens, ${options.max_tokens}`);
  }
  if (options.correction === null) return;
  if (options.old !== "recompute") {
    refuse(
      "old",
      `the correction ${options.correction} needs old: recompute, as it compares the trainer's own log-probabilities with the sampler's`,
    );
  }
  if (options.correction.endsWith("-mask") && floorOf(options) > options.correction_cap) {
    refuse(
      "correction_floor",
      `it is above correction_cap (${floorOf(options)} > ${options.correction_cap}): nothing would be trained`,
    );
  }
}
