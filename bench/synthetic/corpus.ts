import type { Stream } from "../../src/core/random.ts";

const SYLLABLES = [
  "ba",
  "co",
  "de",
  "fi",
  "gu",
  "ha",
  "jo",
  "ka",
  "li",
  "mo",
  "nu",
  "pe",
  "ri",
  "so",
  "ta",
  "ve",
  "wi",
  "zu",
];
const COMMON = ["so", "the", "we", "have", "therefore", "is", "each", "of", "them", "and", "then", "add"];
const VOCABULARY = 4000;
const LENGTH = 1 << 20;
/** Words of each text that are searched for in the benchmark. */
export const RARE_WORD = "xylophone";

/** What completions are cut from: a long text of words, a token each, with token ids and log-probabilities. */
export interface Corpus {
  /** A piece of so many tokens, from anywhere. */
  piece(at: number, tokens: number): { readonly text: string; readonly tokenIds: Buffer; readonly logprobs: Buffer };
  readonly length: number;
}

/** Makes a corpus whose words are as unequally frequent as those of a language. */
export function createCorpus(random: Stream): Corpus {
  const words = Array.from({ length: VOCABULARY }, (_, index) =>
    index < COMMON.length
      ? (COMMON[index] as string)
      : Array.from({ length: 1 + random.integer(3) }, () => SYLLABLES[random.integer(SYLLABLES.length)]).join(""),
  );
  const tokenIds = new Int32Array(LENGTH);
  const logprobs = new Float32Array(LENGTH);
  const offsets = new Uint32Array(LENGTH + 1);
  const parts: string[] = [];
  let length = 0;
  for (let at = 0; at < LENGTH; at++) {
    const rank = Math.min(VOCABULARY - 1, Math.floor(VOCABULARY ** random.uniform()) - 1);
    tokenIds[at] = rank;
    logprobs[at] = Math.log(1 - 0.9 * random.uniform() ** 3);
    offsets[at] = length;
    const word = `${words[rank]}${random.uniform() < 0.06 ? ".\n" : " "}`;
    parts.push(word);
    length += word.length;
  }
  offsets[LENGTH] = length;
  const text = parts.join("");
  return {
    length: LENGTH,
    piece: (at, tokens) => ({
      text: text.slice(offsets[at], offsets[at + tokens]),
      tokenIds: Buffer.from(tokenIds.buffer, 4 * at, 4 * tokens),
      logprobs: Buffer.from(logprobs.buffer, 4 * at, 4 * tokens),
    }),
  };
}
