import { z } from "zod";
import { fieldsSchema } from "./fields-schema.ts";
import { promptSchema } from "./prompt-schema.ts";
import { path } from "./scalars.ts";
import { sourcesSchema } from "./source-schema.ts";

/** Where a run's problems come from and how they are asked. */
export const problemsSchema = z
  .strictObject({
    practice: path
      .optional()
      .describe(
        "Problems to train on, {problem, answer, arm?, hints?, id?} each: a file of JSON Lines, a JSON array (both also packed by " +
          "gzip or zstd) or Parquet, its fields named otherwise with problems.fields; or such a file on the Hugging Face hub, as " +
          "hf://datasets/OWNER/NAME[@REVISION]/PATH. Needed without problems.sources.",
      ),
    sources: sourcesSchema
      .optional()
      .describe(
        "Several sources of problems in place of the files here: a mixture, each asked and judged in its own way.",
      ),
    development: path.optional().describe("Problems for the evaluations during the run. None: no such evaluations."),
    test: path.optional().describe("Problems for the evaluations before the first and after the last step."),
    fields: fieldsSchema
      .optional()
      .describe("Where the parts of a problem stand in the files above, when they have other names."),
    prompt: promptSchema
      .optional()
      .describe(
        "How a problem is asked. A file is the template of the user's message: Jinja with `problem`, its further fields and, " +
          "when there is one, `hint`, checked against every problem before the run. An object asks by a conversation. None: by " +
          "the problem's own messages (fields.messages), or else by its text as it stands.",
      ),
    too_long: z
      .enum(["refuse", "drop"])
      .default("refuse")
      .describe(
        "What to do with problems whose prompt and sampling.max_tokens do not fit into the policy's context. refuse: the run " +
          "does not start. drop: they are neither practised nor evaluated; the run reports and stores which.",
      ),
    arms: z
      .array(z.string().min(1))
      .min(1)
      .default(["arm"])
      .describe(
        "Fields of a problem whose values make the arm that the curriculum sees; several give a grid of arms. `source` is the name of a problem's source.",
      ),
  })
  .superRefine(({ practice, sources, development, test, arms }, context) => {
    const refuse = (option: string, message: string): void =>
      context.addIssue({ code: "custom", path: [option], message });
    if (practice === undefined && sources === undefined)
      refuse("practice", "missing: name a file of problems, or several sources of them (problems.sources)");
    if (sources === undefined) return;
    for (const [option, given] of Object.entries({ practice, development, test }))
      if (given !== undefined) refuse(option, "each source names its own files: leave this out, or problems.sources");
    const names = arms.filter((field) => field === "source" || field === "arm").length;
    if (names > 1) refuse("arms", "an arm of a source begins with the source's name already: leave out source or arm");
    const isGenerated = sources.some(({ generate }) => generate !== undefined);
    if (isGenerated && (arms.length > 1 || arms[0] !== "arm"))
      refuse("arms", "a generator names its own arms: leave this out where a source has `generate`");
    else if (names === 0 && sources.some(({ weight }) => weight !== undefined))
      refuse("arms", "weights need arms that are of one source each: name source or arm, too");
  });
