import { z } from "zod";
import { verifiersSchema } from "./verifier-schema.ts";

const path = z.string().min(1);
const positive = z.int().positive();

/** An evaluation suite: problems, and how they are put to a policy and judged. Paths are relative to its file. */
export const suiteSchema = z.strictObject({
  name: z.string().min(1).describe("Name of the suite."),
  problems: path.describe("JSON Lines file of problems."),
  prompt: path.describe("Template of the user's message: Jinja with `problem`."),
  policy: path.describe(
    "Directory of the ONNX policy: its graphs and tokenizer, and the weights when no others are named.",
  ),
  verifiers: verifiersSchema,
  samples: positive.default(8).describe("Completions a problem."),
  temperature: z.number().nonnegative().default(1).describe("Sampling temperature; 0 is greedy."),
  max_tokens: positive.describe("Most tokens of a completion."),
  seed: z.int().nonnegative().default(1).describe("Root of the sampling seeds."),
});

/** A checked suite. */
export type Suite = z.output<typeof suiteSchema>;
