/** The words with which a language states an answer, in lower case and composed characters (NFC). */
export interface AnswerPhrases {
  /** ISO 639-1. */
  readonly language: string;
  /** Names of the answer, in front of it: "answer" in "the answer is 5". */
  readonly answer: readonly string[];
  /** Words that state the answer only as "Conclusion: ...", at the beginning of a line or sentence with a colon. */
  readonly label: readonly string[];
  /** The same where they name the final one, so that what they name overrides what was given before. */
  readonly finalAnswer: readonly string[];
  /** Words between the name and the answer; a colon and `=` do the same in every language. */
  readonly is: readonly string[];
  /** Words between two answers of which one may be right. */
  readonly or: readonly string[];
  /** Words in front of what the answer is not; those of English need more grammar than a list: without-negated.ts. */
  readonly not: readonly string[];
  /** Words in front of a number that is only a bound, or one of two. */
  readonly bound: readonly string[];
  /** Words with which a reason or a condition begins, which is no part of the answer. */
  readonly reason: readonly string[];
}

/**
 * The languages in which answers are found. Left out on purpose are headings of a solution ("Lösung:", "解答："), behind
 * which the working stands, and names of any result ("Ergebnis", "结果"), which may be one on the way.
 */
export const ANSWER_PHRASES: readonly AnswerPhrases[] = [
  {
    language: "en",
    answer: ["answer", "answers"],
    label: [],
    finalAnswer: ["final answer"],
    is: ["is", "are", "equals"],
    or: ["or"],
    not: [],
    bound: (
      "between|from|up to|instead of|neither|at least|at most|other than|rather than|more than|less than|greater than|" +
      "fewer than|larger than|smaller than|more than or equal to|less than or equal to|greater than or equal to"
    ).split("|"),
    reason: [
      "because",
      "since",
      "so",
      "which",
      "when",
      "whenever",
      "where",
      "if",
      "as",
      "given",
      "assuming",
      "provided",
      "for all",
      "for any",
      "for each",
      "for every",
    ],
  },
  {
    language: "zh",
    answer: ["答案"],
    label: ["答", "结论", "結論"],
    finalAnswer: ["最终答案", "最終答案", "最后答案", "最後答案"],
    is: ["是", "为", "為", "等于", "等於"],
    or: ["或者", "或", "还是", "還是"],
    not: ["不是", "不为", "不為", "不等于", "不等於", "并非", "並非"],
    bound: ["至少", "至多", "最多", "最少", "大于", "大於", "小于", "小於", "超过", "超過", "不到", "介于", "百分之"],
    reason: ["因为", "因為", "由于", "由於", "当", "當", "如果", "所以", "因此", "其中"],
  },
  {
    language: "ja",
    answer: ["答え", "正解"],
    label: ["答", "結論"],
    finalAnswer: ["最終的な答え", "最終解答", "最終回答", "最終的な解答"],
    is: ["は"],
    or: ["または", "あるいは", "もしくは", "か"],
    not: [],
    bound: ["少なくとも", "最大", "最小"],
    reason: ["なぜなら", "ので", "だから", "ただし"],
  },
  {
    language: "ko",
    answer: ["정답", "답안", "해답", "답"],
    label: ["결론"],
    finalAnswer: ["최종 정답", "최종 답안", "최종 답", "최종답"],
    is: ["은", "는", "이"],
    or: ["또는", "혹은", "이거나"],
    not: [],
    bound: ["최소", "최대", "적어도"],
    reason: ["왜냐하면", "때문에", "단,"],
  },
  {
    language: "fr",
    answer: ["réponse"],
    label: [],
    finalAnswer: ["réponse finale", "réponse définitive"],
    is: ["est", "sont", "vaut"],
    or: ["ou"],
    not: ["n'est pas", "n’est pas", "pas"],
    bound: ["au moins", "au plus", "plus de", "moins de", "entre", "jusqu'à"],
    reason: ["car", "parce que", "puisque", "comme", "lorsque", "quand", "si", "donc", "où"],
  },
  {
    language: "de",
    answer: ["antwort", "endergebnis"],
    label: [],
    finalAnswer: ["endgültige antwort", "finale antwort", "endergebnis"],
    is: ["ist", "sind", "lautet", "beträgt"],
    or: ["oder"],
    not: ["nicht", "kein", "keine"],
    bound: ["mindestens", "höchstens", "zwischen", "mehr als", "weniger als", "größer als", "kleiner als", "bis zu"],
    reason: ["weil", "da", "denn", "wenn", "falls", "wobei"],
  },
  {
    language: "es",
    answer: ["respuesta"],
    label: [],
    finalAnswer: ["respuesta final", "respuesta definitiva"],
    is: ["es", "son"],
    or: ["o"],
    not: ["no es", "no son"],
    bound: ["al menos", "como máximo", "como mínimo", "más de", "menos de", "mayor que", "menor que", "entre", "hasta"],
    reason: ["porque", "ya que", "pues", "cuando", "si", "donde", "como"],
  },
];

/** The words of one kind in every language. */
export function phrasesFor(kind: Exclude<keyof AnswerPhrases, "language">): string[] {
  return [...new Set(ANSWER_PHRASES.flatMap((phrases) => phrases[kind]))];
}

/** Letters, digits and accents of the Latin script: ranges compile far faster than `\p{L}` does without case. */
const LATIN = String.raw`0-9A-Za-z\u00c0-\u024f\u0300-\u036f`;

/**
 * A pattern's source that matches any of some words where they stand alone; words of scripts that have no spaces between
 * words match everywhere.
 */
export function anyOf(words: readonly string[]): string {
  const longestFirst = words.toSorted((left, right) => right.length - left.length);
  const isSpaced = (word: string): boolean => /^\p{Script=Latin}/u.test(word);
  const spaced = longestFirst.filter(isSpaced).join("|");
  const joined = longestFirst.filter((word) => !isSpaced(word)).join("|");
  const alone = spaced === "" ? "" : `(?<![${LATIN}])(?:${spaced})(?![${LATIN}])`;
  return `(?:${[alone, joined].filter((part) => part !== "").join("|")})`;
}
