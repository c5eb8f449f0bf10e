import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { parseJsonAs } from "../core/files/read-json.ts";

/**
 * What `rlvr eval --out` keeps: an evaluation whole, so that it can be compared, counted anew or read. JSON, without
 * anything of the machine that made it but what names the policy.
 */
const documentSchema = z.object({
  format: z.literal("rlvr-eval"),
  version: z.literal(1),
  suite: z.object({
    name: z.string(),
    /** Completions a problem. */
    samples: z.int(),
    temperature: z.number(),
    seed: z.int(),
  }),
  policy: z.object({
    /** What was evaluated, as people call it. */
    name: z.string(),
    /** Null where a server that somebody else runs does not tell. */
    version: z.int().nullable(),
  }),
  problems: z.array(
    z.object({
      key: z.string(),
      arm: z.string(),
      problem: z.string(),
      answer: z.string(),
      completions: z.array(
        z.object({
          status: z.enum(["ok", "error", "timeout", "skipped"]),
          /** Null without a verdict. */
          passed: z.boolean().nullable(),
          score: z.number().nullable(),
          extracted: z.string().nullable(),
          tokens: z.int(),
          text: z.string(),
        }),
      ),
    }),
  ),
});

/** A kept evaluation. */
export type ResultDocument = z.output<typeof documentSchema>;

/**
 * Reads a kept evaluation.
 * @param name of the file, for the message.
 * @throws RlvrError `bad_usage` when the text is none.
 */
export function parseResultDocument(text: string, name: string): ResultDocument {
  return parseJsonAs(documentSchema, text, (why, cause) => {
    return new RlvrError("bad_usage", `${name} is no result of an evaluation: it ${why}`, {
      advice:
        "Name a file that this version's `rlvr eval --out FILE.json` wrote, a run (3), or a run and a step (3:120).",
      cause,
    });
  });
}
