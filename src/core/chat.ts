/** Who speaks in a message. */
export const CHAT_ROLES = ["system", "user", "assistant"] as const;

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: (typeof CHAT_ROLES)[number];
  readonly content: string;
}

/** Further variables of a chat template by name, such as `enable_thinking`. */
export type ChatTemplateKwargs = Readonly<Record<string, unknown>>;

/** What a chat template renders. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
  readonly chatTemplateKwargs?: ChatTemplateKwargs | undefined;
  /** Functions that the model may call, described as OpenAI's API does. Default: none. */
  readonly tools?: readonly object[] | undefined;
}

/** Messages as one text for people: a single one as it is, several each under the name of who speaks. */
export function messagesText(messages: readonly ChatMessage[]): string {
  if (messages.length === 1) return messages[0]?.content ?? "";
  return messages.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}
