import type { TokenizerProcess } from "./tokenizer-process.ts";

/** The vocabulary's own string for each id; ids that it lacks are left out. */
export type TokenNames = readonly string[];

/** What the server turns tokens into text with, and back. */
export interface PolicyTexts {
  readonly tokenizer: Pick<TokenizerProcess, "encode" | "encodeChat" | "decodeAll">;
  /** Asked for once: an answer may name every token. */
  readonly tokens: TokenNames;
}
