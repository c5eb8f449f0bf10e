import * as content from "./content.ts";
import * as format from "./format.ts";
import type { Instruction } from "./instruction.ts";
import * as keywords from "./keywords.ts";
import * as language from "./language.ts";
import * as length from "./length.ts";

/** The instructions of IFEval (Zhou et al. 2023, arXiv 2311.07911), by its ids. */
export const INSTRUCTIONS: ReadonlyMap<string, Instruction> = new Map([
  ["keywords:existence", keywords.existence],
  ["keywords:frequency", keywords.frequency],
  ["keywords:forbidden_words", keywords.forbiddenWords],
  ["keywords:letter_frequency", keywords.letterFrequency],
  ["language:response_language", language.responseLanguage],
  ["length_constraints:number_sentences", length.numberSentences],
  ["length_constraints:number_paragraphs", length.numberParagraphs],
  ["length_constraints:number_words", length.numberWords],
  ["length_constraints:nth_paragraph_first_word", length.nthParagraphFirstWord],
  ["detectable_content:number_placeholders", content.numberPlaceholders],
  ["detectable_content:postscript", content.postscript],
  ["detectable_format:number_bullet_lists", format.numberBulletLists],
  ["detectable_format:constrained_response", format.constrainedResponse],
  ["detectable_format:number_highlighted_sections", format.numberHighlightedSections],
  ["detectable_format:multiple_sections", format.multipleSections],
  ["detectable_format:json_format", format.jsonFormat],
  ["detectable_format:title", format.title],
  ["combination:two_responses", format.twoResponses],
  ["combination:repeat_prompt", format.repeatPrompt],
  ["startend:end_checker", format.endChecker],
  ["startend:quotation", format.quotation],
  ["change_case:capital_word_frequency", language.capitalWordFrequency],
  ["change_case:english_capital", language.englishCapital],
  ["change_case:english_lowercase", language.englishLowercase],
  ["punctuation:no_comma", format.noComma],
]);
