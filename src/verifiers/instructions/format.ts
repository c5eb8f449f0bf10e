import { parseJson } from "../json/json-text.ts";
import { count, instruction, phrase } from "./instruction.ts";
import { countIn } from "./words.ts";

/** A line of Markdown that begins with `*` or `-` and has text: not bold text, and not a rule. */
function isBullet(line: string): boolean {
  const [sign, rest] = [line.trimStart().charAt(0), line.trimStart().slice(1)];
  if (sign === "*") return !rest.startsWith("*") && rest.trim() !== "" && !isRule(line);
  return sign === "-" && rest.trim() !== "" && !isRule(line);
}

/** What Markdown draws a line for. */
function isRule(line: string): boolean {
  return /^(?:-\s?|\*\s?){3,}$/.test(line.trim());
}

/** Exactly so many bullet points. */
export const numberBulletLists = instruction({ num_bullets: count }, (response, { num_bullets }) => {
  return response.split("\n").filter(isBullet).length === num_bullets;
});

/** At least so many parts of the text `*emphasised*` or `**bold**`. */
export const numberHighlightedSections = instruction({ num_highlights: count }, (response, { num_highlights }) => {
  const emphasised = response.match(/\*[^\n*]*\*/g) ?? [];
  const bold = response.match(/\*\*[^\n*]*\*\*/g) ?? [];
  const hasText = (part: string): boolean => part.replaceAll("*", "").trim() !== "";
  return emphasised.filter(hasText).length + bold.filter(hasText).length >= num_highlights;
});

/** A title in `<<double angular brackets>>`, on one line. */
export const title = instruction({}, (response) =>
  response.split("\n").some((line) => {
    const open = line.indexOf("<<");
    const close = line.lastIndexOf(">>");
    return open >= 0 && close > open + 2 && /[^<>\s]/.test(line.slice(open, close));
  }),
);

/** The whole is JSON, by itself or fenced by three ticks. */
export const jsonFormat = instruction({}, (response) => {
  const text = response
    .trim()
    .replace(/^```(?:json)?/i, "")
    .replace(/```$/, "");
  return "value" in parseJson(text.trim());
});

/** At least so many sections, each opened by a word and a number, such as `Section 1`. */
export const multipleSections = instruction(
  { section_spliter: phrase, num_sections: count },
  (response, { section_spliter, num_sections }) => {
    const behind = response.split(section_spliter).slice(1);
    return behind.filter((part) => /^\s?\p{Nd}/u.test(part)).length >= num_sections;
  },
);

const CONSTRAINED = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

/** One of IFEval's three answers stands in it. */
export const constrainedResponse = instruction({}, (response) => CONSTRAINED.some((each) => response.includes(each)));

/** Two responses that differ, with `******` between them and nowhere else but at the ends. */
export const twoResponses = instruction({}, (response) => {
  const parts = response.split("******").map((part) => part.trim());
  const given = parts.filter((part) => part !== "");
  return parts.slice(1, -1).every((part) => part !== "") && given.length === 2 && given[0] !== given[1];
});

/** It begins with the request, word for word, case aside. */
export const repeatPrompt = instruction({ prompt_to_repeat: phrase.max(100_000) }, (response, { prompt_to_repeat }) =>
  response.trim().toLowerCase().startsWith(prompt_to_repeat.toLowerCase()),
);

/** It ends with a phrase, case and quotation marks behind it aside. */
export const endChecker = instruction({ end_phrase: phrase }, (response, { end_phrase }) => {
  let end = response.trimEnd().length;
  while (response[end - 1] === '"') end--;
  return response.slice(0, end).toLowerCase().endsWith(end_phrase.toLowerCase());
});

/** The whole stands between double quotation marks. */
export const quotation = instruction({}, (response) => {
  const text = response.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"');
});

/** No comma. */
export const noComma = instruction({}, (response) => countIn(response, ",") === 0);
