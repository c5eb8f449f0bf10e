import { z } from "zod";
import { metricNamed } from "../core/metric-name.ts";
import { fieldsSchema } from "./recipe/fields-schema.ts";
import { promptSchema } from "./recipe/prompt-schema.ts";
import { stopOptions } from "./recipe/stop-options.ts";
import { verifiersSchema } from "./verifier-schema.ts";

/** An evaluation suite: problems, and how they are put to a policy and judged. Paths are relative to its file. */

const path = z.string().min(1);
const positive = z.int().positive();

/** How problems are asked and judged: of the suite, and of a set where it differs. */
const asking = {
  fields: fieldsSchema
    .optional()
    .describe("Where the parts of a problem stand, when they have other names, as problems.fields of a recipe."),
  prompt: promptSchema
    .optional()
    .describe(
      "How a problem is asked, as problems.prompt of a recipe. None: by its own messages, or else by its text as it stands.",
    ),
  verifiers: verifiersSchema.optional().describe("What judges, as in a recipe."),
  max_tokens: positive.optional().describe("Most tokens of a completion."),
  limit: positive
    .optional()
    .describe(
      "Most problems of a set that are asked: always the same ones, as many of each arm as there are. None: all.",
    ),
  ...stopOptions,
};

const problemsFile = path.describe(
  "File of problems, {problem, answer, arm?, id?} each, as JSON, JSON Lines or Parquet; or such a file on the Hugging Face " +
    "hub, as hf://datasets/OWNER/NAME[@REVISION]/PATH.",
);

const setSchema = z.strictObject({
  problems: problemsFile,
  arm: z.string().min(1).optional().describe("Arm of all its problems, in place of their own."),
  ...asking,
});

/** Most completions a problem: binomials of more are no doubles. */
const MOST_SAMPLES = 1000;

const writtenSchema = z.strictObject({
  name: z.string().min(1).describe("Name of the suite."),
  problems: problemsFile.optional(),
  sets: z
    .array(setSchema)
    .min(1)
    .optional()
    .describe("Several sets of problems in place of `problems`, each with what is its own; the rest is the suite's."),
  ...asking,
  policy: path
    .optional()
    .describe(
      "Directory of the ONNX policy: its graphs and tokenizer, and the weights when no others are named. None: only " +
        "for --run and --policy.",
    ),
  samples: positive.max(MOST_SAMPLES).default(8).describe("Completions a problem."),
  temperature: z.number().nonnegative().default(1).describe("Sampling temperature; 0 is greedy."),
  seed: z.int().nonnegative().default(1).describe("Root of the sampling seeds."),
  metrics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Shown, each with its interval: mean@n, pass@k, pass^k, maj@k. None: all four at n = samples."),
});

/** A set of problems with how they are asked and judged. */
export interface SuiteSet {
  readonly problems: string;
  readonly fields?: z.output<typeof fieldsSchema> | undefined;
  readonly arm: string | undefined;
  readonly prompt: z.output<typeof promptSchema> | undefined;
  readonly verifiers: z.output<typeof verifiersSchema>;
  readonly max_tokens: number;
  readonly limit?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly stop_token_ids?: readonly number[] | undefined;
  readonly skip_special_tokens?: boolean | undefined;
}

/** A checked suite: every set has all that it needs. */
export interface Suite extends Pick<
  z.output<typeof writtenSchema>,
  "name" | "policy" | "samples" | "temperature" | "seed" | "metrics"
> {
  readonly sets: readonly SuiteSet[];
}

/** The schema of a suite's file; what comes of it is a {@link Suite}. */
export const suiteSchema = writtenSchema.transform((written, context): Suite => {
  const { name, policy, samples, temperature, seed, metrics, problems, sets } = written;
  const refuse = (at: readonly PropertyKey[], message: string): void => {
    context.issues.push({ code: "custom", path: [...at], message, input: written });
  };
  if ((problems === undefined) === (sets === undefined))
    refuse(["problems"], "a suite has either `problems` or several `sets`");
  for (const [place, metric] of (metrics ?? []).entries()) {
    const fault = metricFault(metric, samples);
    if (fault !== undefined) refuse(["metrics", place], fault);
  }
  const filled = (sets ?? [{ problems: problems ?? "" }]).map((set, place): SuiteSet => {
    const { fields, prompt, verifiers, max_tokens, limit, stop, stop_token_ids, skip_special_tokens } = written;
    const own = { fields, prompt, verifiers, max_tokens, limit, stop, stop_token_ids, skip_special_tokens, ...set };
    for (const option of ["verifiers", "max_tokens"] as const)
      if (own[option] === undefined)
        refuse(
          sets === undefined ? [option] : ["sets", place, option],
          "missing: neither the set nor the suite has it",
        );
    return { ...(own as Omit<SuiteSet, "arm">), arm: "arm" in set ? set.arm : undefined };
  });
  return { name, policy, samples, temperature, seed, metrics, sets: filled };
});

/** Why a metric cannot be had of so many completions a problem; undefined when it can. */
function metricFault(metric: string, samples: number): string | undefined {
  const { kind, k } = metricNamed(metric) ?? {};
  if (k === undefined) return `"${metric}" is no metric: mean@${samples}, pass@1, pass^4 and maj@8 are such`;
  if (kind === "mean@" && k !== samples) return `mean@${samples} is of all ${samples} completions`;
  return k > samples ? `${metric} needs ${k} completions a problem, and samples is ${samples}` : undefined;
}
