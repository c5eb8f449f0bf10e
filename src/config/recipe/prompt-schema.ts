import { z } from "zod";
import { CHAT_ROLES } from "../../core/chat.ts";
import { path } from "./scalars.ts";

/** A template that is named by its file or written down. */
const named = (what: string) => ({
  template: path.optional().describe(`File with the template of ${what}`),
  content: z.string().min(1).optional().describe(`The template of ${what}`),
});

const isOne = ({ template, content }: { readonly template?: unknown; readonly content?: unknown }): boolean =>
  (template === undefined) !== (content === undefined);
const ONE = "a message is written by a file (template) or by the template itself (content): give one of them";

const messages = z
  .array(
    z
      .strictObject({
        role: z.enum(CHAT_ROLES).describe("Who speaks."),
        ...named("the message: Jinja, as for problems.prompt. Either this or the other of template and content."),
      })
      .refine(isOne, { message: ONE }),
  )
  .min(1)
  .refine((all) => all.at(-1)?.role === "user", {
    message: "the last message is the user's, which the policy answers",
  });

/** Problems as conversations: messages of the recipe's, or of each problem's own. */
const chatSchema = z
  .strictObject({
    messages: messages
      .optional()
      .describe(
        "The messages that a problem is asked by: a system message, turns to learn from, and the user's last, which alone " +
          "is given the hint. One that renders to nothing is left out. None: each problem's own messages (problems.fields.messages).",
      ),
    user: z
      .strictObject(
        named(
          "the last message where problems are asked by their own; `message` is its text, `hint` the hint. None: it stays as " +
            "it is, and shows no hint.",
        ),
      )
      .refine(isOne, { message: ONE })
      .optional(),
    chat_template_kwargs: z
      .record(z.string().min(1), z.unknown())
      .optional()
      .describe("Further variables of the policy's chat template: { enable_thinking: false }."),
  })
  .refine(({ messages: all, user }) => all === undefined || user === undefined, {
    path: ["user"],
    message: "it is for problems' own messages: leave out user or messages",
  });

/** How a problem is asked: a file with the user's message, or a conversation. */
export const promptSchema = z.union([path, chatSchema]);
