import { z } from "zod";

const field = z.string().min(1);

/** Where the parts of a problem stand in files that name them otherwise. */
export const fieldsSchema = z
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
    answer: field
      .nullable()
      .default("answer")
      .describe("Field that holds the answer. null: there is none, and the verifiers judge without."),
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
