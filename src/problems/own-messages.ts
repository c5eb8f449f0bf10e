import { CHAT_ROLES, messagesText, type ChatMessage } from "../core/chat.ts";
import { cutText } from "../core/texts/cut-text.ts";

/** A conversation that ends with the user's message, or what keeps it from being asked. */
export type OwnMessages = { readonly messages: readonly [...ChatMessage[], ChatMessage] } | { readonly fault: string };

/**
 * A list of messages ({role, content}, the content a text or a list of {type: text, text}) as a policy is asked by it.
 * Undefined where the value is no list of messages.
 */
export function ownMessages(value: unknown): OwnMessages | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const given: { readonly role: string; readonly content: unknown }[] = [];
  for (const message of value as unknown[]) {
    const { role, content } = (message ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof role !== "string" || content === undefined) return undefined;
    given.push({ role, content });
  }
  const roles = cutText(given.map(({ role }) => role).join(", "), 100);
  const messages: ChatMessage[] = [];
  for (const { role, content } of given) {
    const known = CHAT_ROLES.find((each) => each === role);
    if (known === undefined)
      return {
        fault: `a conversation (${roles}) with the role ${cutText(role, 40)}: ${CHAT_ROLES.join(", ")} are known`,
      };
    const text = contentText(content);
    if (text === undefined) return { fault: `the ${role}'s message is not text alone` };
    messages.push({ role: known, content: text });
  }
  const last = messages.pop();
  if (last?.role !== "user") return { fault: `a conversation (${roles}) that does not end with the user's message` };
  return { messages: [...messages, last] };
}

/** What a problem asks, the messages before its last included: problems that only end alike are not the same. */
export function askedText(problem: { readonly problem: string; readonly messages?: unknown }): string {
  const own = ownMessages(problem.messages);
  return own !== undefined && "messages" in own ? messagesText(own.messages) : problem.problem;
}

function contentText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part) => (part as { readonly text?: unknown } | null)?.text);
  return texts.every((text) => typeof text === "string") ? texts.join("") : undefined;
}
