import { z } from "zod";
import { promptSchema } from "./prompt-schema.ts";
import { path } from "./scalars.ts";

const field = z.string().min(1);

const fieldsSchema = z
  .strictObject({
    problem: field
      .default("problem")
      .describe(
        "Field that holds the problem: a text, or a conversation, of which it is the user's last message; a.b is field b of " +
          "field a, which may be a text that holds JSON. Where a file has no field problem, that of messages holds it.",
      ),
    messages: field
      .optional()
      .describe(
        "Field that holds the conversation that a problem is asked by, [{role, content}], where problems.prompt has no " +
          "messages. None: that of the problem, where it holds one.",
      ),
    answer: field.default("answer").describe("Field that holds the answer."),
    answer_after: field
      .optional()
      .describe("Only what follows the last such text in the answer is taken, as `#### ` in GSM8K."),
    arm: field.optional().describe("Field that holds the arm. None: arm, where there is one."),
    arm_name: field.optional().describe("The arm of every problem, in place of a field's."),
    id: field.optional().describe("Field that holds the id. None: id, where there is one."),
    keep: z
      .record(z.string().min(1), field)
      .optional()
      .describe("Further fields to keep, by their new names: { level: difficulty }. None: all."),
  })
  .refine(({ arm, arm_name }) => arm === undefined || arm_name === undefined, {
    path: ["arm_name"],
    message: "the arm is either a field's value or this name: leave out arm or arm_name",
  });

/** Where a run's problems come from and how they are asked. */
export const problemsSchema = z.strictObject({
  practice: path.describe(
    "Problems to train on, {problem, answer, arm?, hints?, id?} each: a file of JSON Lines, a JSON array (both also packed by " +
      "gzip or zstd) or Parquet, its fields named otherwise with problems.fields; or such a file on the Hugging Face hub, as " +
      "hf://datasets/OWNER/NAME[@REVISION]/PATH.",
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
    .describe("Fields of a problem whose values make the arm that the curriculum sees; several give a grid of arms."),
});
