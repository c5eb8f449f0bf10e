import { count, instruction, isWithin, phrase, relation } from "./instruction.ts";
import { countSentences } from "./sentences.ts";
import { countWords } from "./words.ts";

/** So many words. */
export const numberWords = instruction({ num_words: count, relation }, (response, asked) =>
  isWithin(countWords(response), asked.relation, asked.num_words),
);

/** So many sentences. */
export const numberSentences = instruction({ num_sentences: count, relation }, (response, asked) =>
  isWithin(countSentences(response), asked.relation, asked.num_sentences),
);

/** Exactly so many paragraphs, with `***` between them; there may be one before the first and behind the last. */
export const numberParagraphs = instruction({ num_paragraphs: count }, (response, { num_paragraphs }) => {
  const paragraphs = response.split("***").map((part) => part.trim());
  const inner = paragraphs.slice(1, -1);
  return inner.every((part) => part !== "") && paragraphs.filter((part) => part !== "").length === num_paragraphs;
});

/** Exactly so many paragraphs, with an empty line between them, of which the nth begins with a word. */
export const nthParagraphFirstWord = instruction(
  { num_paragraphs: count.min(1), nth_paragraph: count.min(1), first_word: phrase },
  (response, { num_paragraphs, nth_paragraph, first_word }) => {
    const paragraphs = response.split("\n\n").filter((part) => part.trim() !== "");
    const paragraph = paragraphs[nth_paragraph - 1]?.trimStart();
    if (paragraph === undefined || paragraphs.length !== num_paragraphs) return false;
    const [word = ""] = /^['"“‘]*[^\s.,?!'"”’]*/u.exec(paragraph) ?? [];
    return word.replace(/^['"“‘]+/u, "").toLowerCase() === first_word.toLowerCase();
  },
);
