/**
 * How large a server's answer may be, in bytes: what JSON needs for what was asked, several times over. More than that is
 * no answer, and a server that sends without end must not fill the memory of a run.
 */

/** What a token may take in an answer: its id, text, log-probability and the most likely token, of which vLLM tells each. */
const OF_TOKEN = 1024;
/** The same of a token in a chunk of its own, with what each chunk repeats. */
const OF_CHUNK = 2048;
/** What the id of a prompt's token may take. */
const OF_ID = 16;
/** What the tokens of a UTF-16 code unit may take: it has up to three bytes, each of them a token at worst. */
const OF_CHARACTER = 3 * OF_ID;

/** Of an answer that is small whatever was asked, and what any other may have besides its tokens. */
export const SMALL_ANSWER = 1024 * 1024;

/** Of a refusal: what comes after is not read. */
export const MOST_OF_REFUSAL = 64 * 1024;

/** Of POST /v1/completions. Each completion may repeat its prompt. */
export function completionAnswer(asked: {
  readonly n: number;
  readonly promptTokens: number;
  readonly maxTokens: number;
  readonly isStreamed: boolean;
}): number {
  const ofCompletion = asked.maxTokens * (asked.isStreamed ? OF_CHUNK : OF_TOKEN) + asked.promptTokens * OF_ID;
  return SMALL_ANSWER + asked.n * ofCompletion;
}

/** Of POST /v1/completions that scores a prompt. */
export function scoreAnswer(promptTokens: number): number {
  return SMALL_ANSWER + promptTokens * OF_TOKEN;
}

/** Of POST /tokenize. @param characters of the text that is turned into tokens. */
export function tokenizeAnswer(characters: number): number {
  return SMALL_ANSWER + characters * OF_CHARACTER;
}
