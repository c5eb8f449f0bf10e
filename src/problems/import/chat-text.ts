import { cutText } from "../../core/texts/cut-text.ts";

/** A conversation as one prompt. */
export interface Chat {
  /** The user's message. */
  readonly text: string;
  /** The system's message before it; undefined without. */
  readonly system?: string | undefined;
}

/**
 * What a list of messages ({role, content}, the content a text or a list of {type: text, text}) asks: one message of the
 * user, behind at most one of the system. Of any other it is said what keeps it from being asked in one message.
 * Undefined where the value is no list of messages.
 */
export function chatOf(value: unknown): Chat | { readonly fault: string } | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const messages: { readonly role: string; readonly content: unknown }[] = [];
  for (const message of value as unknown[]) {
    const { role, content } = (message ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof role !== "string" || content === undefined) return undefined;
    messages.push({ role, content });
  }
  const roles = cutText(messages.map(({ role }) => role).join(", "), 100);
  const [last, system, ...earlier] = messages.toReversed();
  if (last?.role !== "user" || (system !== undefined && system.role !== "system") || earlier.length > 0)
    return {
      fault: `a conversation (${roles}) where one message of the user is wanted, behind at most one of the system`,
    };
  const text = contentText(last.content);
  if (text === undefined) return { fault: "the user's message is not text alone" };
  const systemText = system && contentText(system.content);
  return systemText === undefined ? { text } : { text, system: systemText };
}

function contentText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part) => (part as { readonly text?: unknown } | null)?.text);
  return texts.every((text) => typeof text === "string") ? texts.join("") : undefined;
}
