import { isAbsolute } from "node:path";
import { z } from "zod";
import { CHAT_ROLES, type ChatMessage, type ChatTemplateKwargs } from "../../core/chat.ts";
import { RlvrError } from "../../core/errors.ts";
import { readTemplate } from "./read-template.ts";

/** The text of a message's template. */
export interface TemplateText {
  readonly text: string;
  /** Where it is from: the absolute path of a file, or a place in the recipe. */
  readonly path: string;
}

/** The template of a message with who speaks in it. */
export interface MessageText extends TemplateText {
  readonly role: ChatMessage["role"];
}

/** Everything that prompts are made of besides their problems: with it, no file is read again. */
export interface PromptDefinition {
  /** Templates of the messages, the user's turn last. None: each problem is asked by the messages of its own. */
  readonly messages?: readonly MessageText[] | undefined;
  /** Template of the last message where problems are asked by their own. Default: it stays as it is. */
  readonly user?: TemplateText | undefined;
  /** Further variables of the policy's chat template. */
  readonly chatTemplateKwargs?: ChatTemplateKwargs | undefined;
}

const templateText = z.object({ text: z.string(), path: z.string() });

/** Schema of a {@link PromptDefinition}; keys in the order of {@link readPrompt}, so that what was read is stored the same. */
export const definitionSchema = z.object({
  messages: z
    .array(z.object({ role: z.enum(CHAT_ROLES), ...templateText.shape }))
    .min(1)
    .optional(),
  user: templateText.optional(),
  chatTemplateKwargs: z.record(z.string(), z.unknown()).optional(),
});

/** Names a template: by its file, or by its text itself. */
export interface NamedTemplate {
  readonly template?: string | undefined;
  readonly content?: string | undefined;
}

/** A prompt as a recipe or a suite names it: a file with the user's message, messages, or nothing for the problem's own. */
export type NamedPrompt =
  | string
  | undefined
  | {
      readonly messages?: readonly (NamedTemplate & { readonly role: ChatMessage["role"] })[] | undefined;
      readonly user?: NamedTemplate | undefined;
      readonly chat_template_kwargs?: ChatTemplateKwargs | undefined;
    };

/**
 * Reads the files that a prompt names.
 * @param place where the prompt stands in the recipe, for messages about templates that are written down there.
 * @throws RlvrError like {@link readTemplate}.
 */
export function readPrompt(named: NamedPrompt, place = "prompt"): PromptDefinition {
  if (named === undefined) return {};
  if (typeof named === "string") return { messages: [{ role: "user", text: readTemplate(named), path: named }] };
  const { messages, user, chat_template_kwargs: chatTemplateKwargs } = named;
  return {
    messages: messages?.map(({ role, ...each }, at) => ({ role, ...textOf(each, `${place}.messages.${at}`) })),
    user: user && textOf(user, `${place}.user`),
    chatTemplateKwargs,
  };
}

function textOf({ template, content = "" }: NamedTemplate, place: string): TemplateText {
  return template === undefined
    ? { text: content, path: `${place}.content` }
    : { text: readTemplate(template), path: template };
}

/** A definition as a run stores it: of a file alone its text, of all others JSON. */
export function storedPrompt(named: NamedPrompt, definition: PromptDefinition): string {
  return typeof named === "string" ? (definition.messages?.[0]?.text ?? "") : JSON.stringify(definition);
}

/**
 * The definition that a run stored.
 * @param named the prompt as the run's recipe names it.
 * @throws RlvrError `bad_database` when it is none.
 */
export function promptOfRun(stored: string, named: NamedPrompt): PromptDefinition {
  if (typeof named === "string") return { messages: [{ role: "user", text: stored, path: named }] };
  try {
    return definitionSchema.parse(JSON.parse(stored));
  } catch (error) {
    throw new RlvrError("bad_database", "the prompt that the run stored cannot be read", {
      advice: "Its database was changed by something else: take a copy of it from before, or start another run.",
      cause: error,
    });
  }
}

/** The files that a definition's texts are from, with their texts. */
export function filesOfPrompt({ messages = [], user }: PromptDefinition): readonly TemplateText[] {
  return [...messages, ...(user === undefined ? [] : [user])].filter(({ path }) => isAbsolute(path));
}
