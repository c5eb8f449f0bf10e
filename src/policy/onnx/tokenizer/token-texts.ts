import type { PolicyTokenizer } from "./tokenizer.ts";

/** What a tokenizer writes for bytes that are no whole character. */
const UNFINISHED = "\uFFFD";

/** Tokens in front of the newest that are decoded with it: a tokenizer may write a token otherwise at a text's beginning. */
const CONTEXT = 6;

/** Bytes, and so tokens, that a character of UTF-8 takes at the most. */
const WIDEST = 4;

/**
 * What each token adds to a completion's text, so that all of them together are that text. A character of several tokens
 * belongs to the last of them, those before add nothing; special tokens, which are no part of the text, add nothing either.
 * Each token is decoded with a few before it rather than with all, so that a long completion takes no longer a token.
 */
export function tokenTexts(tokenizer: Pick<PolicyTokenizer, "decode">, ids: readonly number[]): string[] {
  const texts: string[] = [];
  // The text of ids[start..told) is told; ids[told..] are not yet, as their text may go on changing.
  let [start, told] = [0, 0];
  for (let at = 0; at < ids.length; at++) {
    const before = tokenizer.decode(ids.slice(start, told));
    const now = tokenizer.decode(ids.slice(start, at + 1));
    const isLast = at === ids.length - 1;
    if (!isLast && (now.endsWith(UNFINISHED) || !now.startsWith(before))) {
      texts.push("");
      if (at - told >= 2 * WIDEST) {
        // Bytes that are no text, such as a policy that fell apart samples by the thousand: what looks unfinished although
        // a whole character's worth of tokens came after it stays as it is.
        const end = settledEnd(tokenizer, ids, { start, told, at, before, now });
        if (end === undefined) continue;
        texts[end - 1] = tokenizer.decode(ids.slice(start, end)).slice(before.length);
        told = end;
        start = Math.max(start, told - CONTEXT);
      }
      continue;
    }
    texts.push(now.slice(before.length));
    told = at + 1;
    start = Math.max(start, told - CONTEXT);
  }
  const whole = tokenizer.decode(ids);
  // A tokenizer that writes tokens otherwise by what stands far before them: decoded from the beginning each time.
  return texts.join("") === whole ? texts : fromTheBeginning(tokenizer, ids);
}

/** Where the first tokens end that are not told yet and whose text no later token changes; undefined for none. */
function settledEnd(
  tokenizer: Pick<PolicyTokenizer, "decode">,
  ids: readonly number[],
  state: {
    readonly start: number;
    readonly told: number;
    readonly at: number;
    readonly before: string;
    readonly now: string;
  },
): number | undefined {
  const { start, told, at, before, now } = state;
  for (let end = told + 1; end <= at - WIDEST; end++) {
    const text = tokenizer.decode(ids.slice(start, end));
    if (text.startsWith(before) && now.startsWith(text)) return end;
  }
  return undefined;
}

function fromTheBeginning(tokenizer: Pick<PolicyTokenizer, "decode">, ids: readonly number[]): string[] {
  let told = "";
  return ids.map((_, at) => {
    const now = tokenizer.decode(ids.slice(0, at + 1));
    const isLast = at === ids.length - 1;
    if (!isLast && (now.endsWith(UNFINISHED) || !now.startsWith(told))) return "";
    const added = now.slice(told.length);
    told = now;
    return added;
  });
}
