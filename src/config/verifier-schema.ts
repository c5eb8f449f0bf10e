import { z } from "zod";
import { thinkingSchema } from "../core/thinking.ts";

/** An entry of `verifiers`, in recipes and suites. */
export const verifierSchema = z
  .looseObject({
    name: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Which verifier: a name of the library, the path of a module, or a package. The other keys here are its options.",
      ),
    python: z
      .string()
      .min(1)
      .optional()
      .describe("In place of a name: a Python reward function, as path/to/file.py:function."),
    as: z.string().min(1).optional().describe("What its verdicts are stored under. None: the verifier's own name."),
    weight: z
      .number()
      .optional()
      .describe("Factor of its score in the reward, which is the sum over all verifiers. None: 1, or 0 of a gate."),
    gate: z
      .boolean()
      .default(false)
      .describe("A response that does not pass it is not put to the verifiers after it: they are `skipped`."),
    required: z
      .boolean()
      .default(true)
      .describe(
        "Whether a response has to pass it to count as passed (cliffs, pass@k). false: it only shapes the reward.",
      ),
    version: z
      .union([z.string().min(1), z.number()])
      .optional()
      .describe(
        "Of what it depends on besides its source and `inputs`, such as a service or a package: verdicts under another " +
          "version are not taken from earlier ones. None: the verifier's own.",
      ),
    inputs: z
      .array(z.string().min(1))
      .optional()
      .describe(
        "Files that it reads, such as test cases or a word list, from the recipe's folder: when one changes, its verdicts " +
          "are judged again.",
      ),
    env: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "this is not the name of an environment variable"))
      .default([])
      .describe(
        "Names of the environment variables that it reads, such as its API key. Its process gets no others beyond those that " +
          "Node and Python need. A missing one is refused at the start.",
      ),
    deadline_ms: z.int().positive().default(10_000).describe("Run time after which a call ends as `timeout`."),
    thinking: thinkingSchema
      .optional()
      .describe(
        "How thinking is separated from the answer, which is all that the verifier sees: `auto` by the markers that models use " +
          "(`<think>`, `[THINK]`, the channels of gpt-oss and others), `{ open: <reason>, close: </reason> }` by your own; with " +
          "`none` it sees the whole response. None: `auto`, but `none` for `format` and Python functions. Combinators do not " +
          "take it, their members do.",
      ),
    memory_mb: z
      .int()
      .min(128)
      .default(1024)
      .describe("MiB of memory at which its process is killed and the call ends as `error`."),
  })
  .refine(({ name, python }) => (name === undefined) !== (python === undefined), {
    path: ["name"],
    message: "a verifier has either a name or, for a Python function, python: FILE.py:FUNCTION",
  });

/** A checked entry of `verifiers`. */
export type VerifierConfig = z.output<typeof verifierSchema>;

/** A list of verifiers that make one reward together. */
export const verifiersSchema = z
  .array(verifierSchema)
  .min(1)
  .refine(
    (all) => all.some(({ required, gate }) => required || gate),
    "no verifier is required: every response would pass",
  )
  .refine(
    (all) => all.some(({ weight, gate }) => (weight ?? (gate ? 0 : 1)) !== 0),
    "no verifier has a weight: every reward would be 0",
  )
  .describe("The verifiers whose scores make the reward, in the order in which they judge.");
