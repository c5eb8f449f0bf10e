import type { ChatMessage, ChatTemplateKwargs } from "../../core/chat.ts";
import { RlvrError } from "../../core/errors.ts";
import { ownMessages } from "../own-messages.ts";
import { messageTemplate, type MessageTemplate, type TemplateHint, type TemplateProblem } from "./message-template.ts";
import type { PromptDefinition } from "./prompt-definition.ts";

/** A message of a prompt: who speaks, and by which template. */
export interface PromptPart {
  readonly role: ChatMessage["role"];
  readonly template: MessageTemplate;
}

/** Makes the messages that problems are asked by. */
export interface PromptTemplate {
  /**
   * The messages of a problem, with a hint in the last of them or without. One that renders to nothing is left out, unless it is the last.
   * @throws RlvrError `bad_recipe` when a template cannot be rendered with the problem, `bad_problems` when its own messages
   * cannot be asked.
   */
  render(problem: TemplateProblem, hint?: TemplateHint): readonly ChatMessage[];
  /** The templates in their order, the user's turn last; none where problems are asked by their own messages as they are. */
  readonly parts: readonly PromptPart[];
  /** Whether problems are asked by their own messages. */
  readonly asksOwn: boolean;
  readonly chatTemplateKwargs: ChatTemplateKwargs | undefined;
}

/**
 * What a definition makes of problems.
 * @throws RlvrError `bad_recipe` when a template does not parse.
 */
export function promptTemplate({ messages, user, chatTemplateKwargs }: PromptDefinition): PromptTemplate {
  if (messages !== undefined) {
    const parts = messages.map(({ role, text, path }) => ({ role, template: messageTemplate(text, path) }));
    return { render: renderer(parts), parts, asksOwn: false, chatTemplateKwargs };
  }
  const template = user && messageTemplate(user.text, user.path);
  const parts = template === undefined ? [] : [{ role: "user" as const, template }];
  return { render: ownRenderer(template), parts, asksOwn: true, chatTemplateKwargs };
}

function renderer(parts: readonly PromptPart[]): PromptTemplate["render"] {
  const last = parts.length - 1;
  return (problem, hint) =>
    parts
      .map(({ role, template }, at) => ({ role, content: template(problem, at === last ? hint : undefined) }))
      .filter(({ content }, at) => content !== "" || at === last);
}

function ownRenderer(template: MessageTemplate | undefined): PromptTemplate["render"] {
  return (problem, hint) => {
    const own = messagesOf(problem);
    const last = own.at(-1);
    if (template === undefined || last === undefined) return own;
    return [...own.slice(0, -1), { ...last, content: template({ ...problem, message: last.content }, hint) }];
  };
}

/** A problem's own messages: its field `messages`, or else its text as the user's. */
function messagesOf(problem: TemplateProblem): readonly ChatMessage[] {
  const given = problem["messages"];
  if (given === undefined || given === null) return [{ role: "user", content: problem.problem }];
  const own = ownMessages(given) ?? { fault: "no list of {role, content}" };
  if ("messages" in own) return own.messages;
  const shown = JSON.stringify(problem.problem.slice(0, 80));
  throw new RlvrError("bad_problems", `the messages of the problem ${shown} cannot be asked: ${own.fault}`, {
    advice: "Correct its field messages, or say in problems.prompt how problems are asked.",
  });
}
