import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { goldsOf } from "../text/golds.ts";
import { answerPart, tagOption } from "../text/tags.ts";

const options = z.strictObject({
  pass_at: z.number().gt(0).max(1).default(1).describe("Least F1 that passes; 1 asks for the same words in any order."),
  tag: tagOption,
});

/** The punctuation of ASCII, which is what the published script takes out. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLE = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** The words of a text as SQuAD's script compares them: in lower case, without punctuation and articles; accents composed (NFC). */
function wordsOf(text: string): string[] {
  const bare = text.normalize("NFC").toLowerCase().replaceAll(PUNCTUATION, "").replaceAll(ARTICLE, " ").trim();
  return bare === "" ? [] : bare.split(/\s+/);
}

/** Longer texts are not read: beside an answer of a few words, so many would score about nothing. */
const MAX_CHARACTERS = 1_000_000;

interface Overlap {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
}

/** How far two bags of words overlap; a word that stands several times counts as often as both have it. */
function overlapOf(found: readonly string[], gold: readonly string[]): Overlap {
  const left = new Map<string, number>();
  for (const word of gold) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of found) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    same++;
  }
  if (same === 0) return { f1: 0, precision: 0, recall: 0 };
  return { f1: (2 * same) / (found.length + gold.length), precision: same / found.length, recall: same / gold.length };
}

/**
 * Scores a response by the F1 of its words and the reference answer's, 0 to 1, as SQuAD does (Rajpurkar et al. 2016,
 * arXiv 1606.05250): case, punctuation and articles aside, and the best of several reference answers counts, those
 * being the problem's `answers` where it has that list. A reference answer without words throws.
 * The details tell precision and recall, and whether the texts are the same (SQuAD's exact match).
 */
export const f1 = defineVerifier({
  name: "f1",
  version: "2",
  options,
  verify({ problem, response, answer }, { pass_at, tag }) {
    const golds = goldsOf(problem, answer).map((gold) => {
      const words = wordsOf(gold);
      if (words.length === 0) throw new Error(`the reference answer ${JSON.stringify(gold)} has no words`);
      return words;
    });
    const text = answerPart(response, tag);
    if (text === null || text.length > MAX_CHARACTERS) return { passed: false };
    const found = wordsOf(text);
    const overlaps = golds.map((gold) => overlapOf(found, gold));
    const best = overlaps.reduce((left, right) => (right.f1 > left.f1 ? right : left));
    const extracted = found.join(" ");
    const exact = golds.some((gold) => gold.join(" ") === extracted);
    return {
      passed: best.f1 >= pass_at,
      score: best.f1,
      extracted,
      details: { exact, precision: best.precision, recall: best.recall },
    };
  },
});
