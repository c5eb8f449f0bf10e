import { nearestName } from "../../core/nearest-name.ts";

/** The languages that can be detected, by their ISO 639-1 codes. */
export const LANGUAGES: readonly string[] = (
  "am ar az be bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko ku lo lt lv ml mr ms ne nl " +
  "no or pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi yo zh"
).split(" ");

/**
 * Languages of IFEval that the detector (eld) does not know. Trigrams (franc) detect those; the best guess counts:
 * of texts of 60 to 400 characters (five of Django's translations each) it finds all in Swahili and 93% in Nepali, and
 * takes 0.4% of those in 66 other languages for Swahili (of Estonian 9%), 3% of Hindi and Marathi for Nepali.
 */
const BY_TRIGRAMS: ReadonlyMap<string, { readonly code: string; readonly among: readonly string[] }> = new Map([
  // Else its best guess is often a language of Bihar, in which hardly anybody writes to a model.
  ["ne", { code: "npi", among: ["npi", "hin", "mar"] }],
  ["sw", { code: "swh", among: [] }],
]);

/** Codes whose language the detector knows by another. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["nb", "no"],
  ["nn", "no"],
  ["fil", "tl"],
]);

/**
 * The ISO 639-1 code of a language given by its code of ISO 639-1 or 639-3, such as `de` or `deu`; undefined for what
 * is none, and for a language that is not among {@link LANGUAGES}.
 */
export function readLanguageCode(code: string): string | undefined {
  if (!/^[a-z]{2,3}$/i.test(code)) return undefined;
  const canonical = Intl.getCanonicalLocales(code)[0] ?? "";
  const known = ALIASES.get(canonical) ?? canonical;
  return LANGUAGES.includes(known) ? known : undefined;
}

/** What to say of a word that {@link readLanguageCode} does not read: the nearest code, also by the English name. */
export function unknownLanguage(word: string): string {
  const names = new Intl.DisplayNames("en", { type: "language" });
  const codes = new Map(LANGUAGES.map((code) => [names.of(code) ?? code, code]));
  const nearest = nearestName(word, codes.keys());
  const hint = nearest === undefined ? "" : `did you mean "${codes.get(nearest)}" (${nearest})? `;
  return `there is no language "${word}"; ${hint}There are: ${LANGUAGES.join(", ")}`;
}

/** Only the beginning of a longer text is looked at. */
const MAX_CHARACTERS = 500_000;
/** Letters that the detector looks at in one call. */
const STRETCH = 1000;
/** So many stretches of a longer text are looked at, evenly spread. */
const MAX_STRETCHES = 64;
/** A stretch of a longer text with fewer letters, such as a table of numbers, is passed over. */
const MIN_LETTERS = 20;
/**
 * How near a language's score has to come to the best one. Of 3,607 texts of 12 to 40 characters in 29 languages
 * (Django's translations), the very best score finds 87% and this finds 94%; of other languages' texts 1.9% pass as
 * English, German, French or Chinese, against 0.6%.
 */
const NEAR_BEST = 0.9;

/** Markup that is in no language: names of tags and of LaTeX commands. Every repetition is bounded. */
const MARKUP = /\\[a-z]{1,30}|<[^<>]{1,100}>/gi;

/**
 * Whether a text is written in a language; a long one throughout. Fenced code and markup do not count. Short texts are
 * hard to tell: a few words of one language often look like its relatives. A text without letters is in no language.
 * @param language an ISO 639-1 code out of {@link LANGUAGES}.
 */
export async function isWrittenIn(text: string, language: string): Promise<boolean> {
  const detects = await detectorOf(language);
  const prose = text
    .slice(0, MAX_CHARACTERS)
    .split("```")
    .filter((_, index) => index % 2 === 0);
  const stretches = spread(prose.join(" ")).map((stretch) => stretch.replaceAll(MARKUP, " "));
  const telling = stretches.length === 1 ? stretches : stretches.filter((each) => letters(each) >= MIN_LETTERS);
  return telling.length > 0 && telling.every(detects);
}

/** Detects whether a stretch of text is in a language. Loaded on first use: eld's tables take a quarter of a second. */
async function detectorOf(language: string): Promise<(stretch: string) => boolean> {
  const other = BY_TRIGRAMS.get(language);
  if (other !== undefined) {
    const { franc } = await import("franc-min");
    return (stretch) => franc(stretch, { only: [...other.among] }) === other.code;
  }
  const { eld } = await import("eld/small");
  return (stretch) => {
    const scores = eld.detect(stretch).getScores();
    const score = scores[language] ?? 0;
    return score > 0 && score >= NEAR_BEST * Math.max(...Object.values(scores));
  };
}

function spread(text: string): string[] {
  const count = Math.min(MAX_STRETCHES, Math.max(1, Math.ceil(text.length / STRETCH)));
  const step = count === 1 ? 0 : (text.length - STRETCH) / (count - 1);
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor(index * step);
    return text.slice(start, start + STRETCH);
  });
}

function letters(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}
