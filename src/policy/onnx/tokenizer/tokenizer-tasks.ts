import type { Conversation } from "../../../core/chat.ts";
import type { PlainError } from "../../../core/texts/plain-error.ts";

/** How a conversation becomes ids. */
export interface ChatEncoding {
  /** Whether the rendered text ends where the model's answer begins. */
  readonly addGenerationPrompt: boolean;
  /** Whether to add what the tokenizer puts around a text besides what the template writes. Default: no. */
  readonly addSpecialTokens?: boolean;
}

/** What a tokenizer's process is asked for. */
export interface TokenizerTasks {
  /** Reads the files of a policy's directory; the first task of a process. */
  load(directory: string): null;
  /** See `PolicyTokenizer.encode`. */
  encode(text: string, addSpecialTokens: boolean): number[];
  /** See `PolicyTokenizer.encodeChat`. */
  encodeChat(conversation: Conversation, options: ChatEncoding): number[];
  /** The text of each list of ids, by default without special tokens. */
  decodeAll(lists: readonly (readonly number[])[], skipSpecialTokens: boolean): string[];
  /** What each token of a completion adds to its text. */
  tokenTexts(ids: readonly number[]): string[];
  /** See `PolicyTokenizer.specialText`, of each id. */
  specialTexts(ids: readonly number[]): (string | null)[];
  /** The vocabulary's own strings for ids from 0 on. */
  vocabulary(size: number): string[];
}

/** Name of a task. */
export type TaskName = keyof TokenizerTasks;

/** A task as it goes to the process, which works tasks one by one, in order. */
export interface TaskMessage {
  readonly name: TaskName;
  readonly args: readonly unknown[];
}

/** What came of the oldest task that was not answered. */
export type TaskAnswer = { readonly value: unknown } | { readonly error: PlainError };
