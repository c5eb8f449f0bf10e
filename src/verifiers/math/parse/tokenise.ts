import { MAX_ANSWER_LENGTH, MAX_TOKENS } from "../limits.ts";
import { plainCharacters } from "./plain-characters.ts";
import { isPartOfUnit, isUnit } from "../units.ts";
import { readCount } from "./read-count.ts";
import { readNumberWords } from "./number-words.ts";
import { withSeparatingSpaces } from "./separating-spaces.ts";
import { CHARACTERS, COMMANDS, PLAIN_WORDS, TEXTS, type Token, type TokenType, VECTORS } from "../vocabulary.ts";

const SPACE = /\s+/y;
const COMMAND = /\\([a-zA-Z]+|[^a-zA-Z])/y;
const LETTERS = /[a-zA-Z]+/y;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?/y;
/** Thousands set apart by what cannot separate the items of a list. */
const GROUPED = /\d{1,3}(?:(?:\{,\}|\\[,;! ]|,\\!|~|_)\s?\d{3})+(?!\d)(?:\.\d+)?/y;
/** Thousands set apart by what could: not read inside brackets. */
const LOOSELY_GROUPED = /\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(?!\d)(?:\.\d+)?/y;
/** The bar over the digits that repeat, and other marks of them: 0.1\overline{6}, 0.\dot3, 0.1(6). */
const REPEATING =
  /(?<whole>\d*)\.(?<start>\d*)(?:\\(?:overline|bar|dot)\s?(?:\{(?<bar>\d+)\}|(?<digit>\d))|\((?<bracket>\d+)\))/y;
/** Digits that have repeated before dots: 0.1666... and 0.1212... but not 0.16... */
const CONTINUED =
  /(?<whole>\d*)\.(?<start>\d{0,6}?)(?:(?<digit>\d)\k<digit>{2,99}|(?<bar>\d{2,6}?)\k<bar>{1,99})\s?\\ldots(?![a-zA-Z])/y;
const LETTER = /\s*([a-zA-Z])/y;
const GROUP = /\s*\{([^{}]*)\}/y;
/** The letters of an ordinal behind its number: 12th, 12^{th}, 12^{\text{th}}; group 1 where they are raised or a text. */
const ORDINAL =
  /\s?(?:(?<raised>\^\s?(?:\{\s?\\(?:text|mathrm|textrm|rm)\s?(?:\{(st|nd|rd|th)\}|(st|nd|rd|th))\s?\}|\{\s?(st|nd|rd|th)\s?\}|\\(?:text|mathrm|textrm)\s?\{(st|nd|rd|th)\})|\\(?:text|mathrm|textrm|textsuperscript)\s?\{\s?(st|nd|rd|th)\s?\})|-?(st|nd|rd|th)(?=\s*(?:$|[,;.)}]|and\b|or\b|\\text|[a-zA-Z]{2})))(?![a-zA-Z])/y;
/** An x for the sign of multiplication: 1.5 x 10^3. */
const TIMES = /\s?(?:[xX]|\\(?:text|mathrm)\s?\{\s?x\s?\})\s?(?=10\s?\^)/y;
/** What says in plain text that a parameter is a whole number: (k) is an integer. */
const INTEGRAL = /(?:is|are) (?:(?:an?|any|some|all) )?integers?(?![a-zA-Z])/y;
/** Words of a text beside each other, up to one that separates two answers. Latin letters only: 万 is ten thousand. */
const WORD = String.raw`(?!(?:and|or)\b)[\p{Script=Latin}μµΩ]+(?:['’.-][\p{Script=Latin}]+)*`;
const WORDS = new RegExp(`${WORD}(?: +${WORD})*\\.?`, "uy");

/** Commands whose braces hold no part of the answer. */
const DROPPED: ReadonlySet<string> = new Set(
  "phantom hphantom vphantom hspace vspace color textcolor label tag".split(" "),
);
/** Environments that set lines of equations below each other, at the places of their & signs. */
const ALIGNED = /^(?:aligned|align|split|gathered)\*?$/;

/**
 * The tokens of an answer in LaTeX or plain text; null when it is too long or holds what is not read. Takes linear
 * time: every pattern is matched at one place, and none can match in two ways.
 */
export function tokenise(answer: string): Token[] | null {
  if (answer.length > MAX_ANSWER_LENGTH) return null;
  const reader = new Reader(plainCharacters(answer));
  return reader.readAll() ? withSeparatingSpaces(reader.tokens) : null;
}

class Reader {
  readonly tokens: Token[];
  readonly #text: string;
  #at = 0;
  readonly #isText: boolean;
  #spaced = false;
  #brackets = 0;
  #isAligned = false;

  /** @param isText whether letters are words, as in a `\text{...}`; its tokens are put behind those given. */
  constructor(text: string, isText = false, tokens: Token[] = []) {
    this.#text = text;
    this.#isText = isText;
    this.tokens = tokens;
  }

  readAll(): boolean {
    while (this.#at < this.#text.length) {
      if (this.#match(SPACE) !== null) {
        this.#spaced = true;
        continue;
      }
      if (!this.#readOne() || this.tokens.length > MAX_TOKENS) return false;
    }
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #push(type: TokenType, text: string): void {
    this.tokens.push({ type, text, spaced: this.#spaced });
    this.#spaced = false;
    if (text === "group") return;
    if (type === "open") this.#brackets++;
    if (type === "close") this.#brackets--;
  }

  #readOne(): boolean {
    const character = this.#text[this.#at] ?? "";
    if (character === "\\") return this.#readCommand();
    if (/[a-zA-Z]/.test(character)) {
      if (this.#readNumberWords()) return true;
      return (this.#isText && this.#readWords()) || this.#readLetters();
    }
    if (this.#isText && this.#readWords()) return true;
    return this.#readNumber() || this.#readCount() || this.#readCharacter();
  }

  #readNumberWords(): boolean {
    const found = readNumberWords(this.#text, this.#at);
    if (found === null) return false;
    this.#at = found.end;
    for (const [type, text] of found.tokens) this.#push(type, text);
    return true;
  }

  /** What is counted, behind its number, in a script without spaces between words. */
  #readCount(): boolean {
    const found = this.#followsValue() || this.#followsPer() ? readCount(this.#text, this.#at) : null;
    if (found === null) return false;
    this.#at = found.end;
    for (const [type, text] of found.tokens) this.#push(type, text);
    return true;
  }

  #readNumber(): boolean {
    const repeating = (this.#match(REPEATING) ?? this.#match(CONTINUED))?.groups;
    if (repeating !== undefined) {
      const { whole = "", start = "", digit, bar = digit, bracket = bar ?? "" } = repeating;
      this.#push("number", `${whole}.${start}(${bracket})`);
      return true;
    }
    const grouped = this.#match(GROUPED) ?? (this.#brackets > 0 ? null : this.#match(LOOSELY_GROUPED));
    const match = grouped ?? this.#match(NUMBER);
    if (match === null) return false;
    const number = grouped === null ? match[0] : match[0].replaceAll(/[^\d.]/g, "");
    const begins = this.#beginsValue();
    this.#push("number", number);
    this.#readOrdinal(number, begins);
    if (this.#match(TIMES) !== null) this.#push("operator", "*");
    return true;
  }

  /** Passes over the letters of an ordinal where they are the right ones; bare ones only behind a number by itself. */
  #readOrdinal(number: string, begins: boolean): void {
    const start = this.#at;
    const match = this.#match(ORDINAL);
    if (match === null) return;
    const letters = match.slice(2).find((group) => group !== undefined);
    const isRight = /^\d+$/.test(number) && letters === lettersOfOrdinal(number);
    if (!isRight || (match.groups?.["raised"] === undefined && !begins)) this.#at = start;
  }

  /** Whether a value begins here that nothing is reckoned with. */
  #beginsValue(): boolean {
    const last = this.tokens.at(-1)?.type;
    return last === undefined || ["word", "separator", "relation"].includes(last);
  }

  #readCommand(): boolean {
    const [, name] = this.#match(COMMAND) ?? [];
    if (name === undefined) return false;
    if (TEXTS.has(name)) return this.#readText();
    if (DROPPED.has(name)) return this.#readGroup() !== undefined;
    if (name === "mathbb") return this.#readNumberSet();
    if (name === "begin" || name === "end") return this.#readEnvironment(name);
    const meaning = /\s/.test(name) ? null : COMMANDS.get(name);
    if (VECTORS.has(name)) this.#markNorm();
    if (meaning === undefined) this.#push("unknown", name);
    else if (meaning !== null) this.#push(...meaning);
    // `\left.` stands for no bracket.
    if ((name === "left" || name === "right") && this.#text[this.#at] === ".") this.#at++;
    return true;
  }

  /** Bars that open in front of a vector are those of its length. */
  #markNorm(): void {
    const last = this.tokens.at(-1);
    if (last?.type === "bar") this.tokens[this.tokens.length - 1] = { ...last, text: "norm" };
  }

  #readText(): boolean {
    const content = (this.#readGroup() ?? this.#match(LETTER)?.[1])?.replaceAll(/\\[,;:! ]|~/g, " ").trim();
    if (content === undefined) return false;
    const word = content.replace(/[.,;:\s]+$/, "");
    const command = COMMANDS.get(word);
    // In upright letters tg is the function, not a product.
    const meaning = PLAIN_WORDS.get(word) ?? (command?.[0] === "function" ? command : undefined);
    if (meaning) this.#push(...meaning);
    return meaning ? true : new Reader(content.replace(/[.?]$/, ""), true, this.tokens).readAll();
  }

  /** What stands in the braces at this place. */
  #readGroup(): string | undefined {
    this.#match(SPACE);
    if (this.#text[this.#at] !== "{") return undefined;
    const start = this.#at + 1;
    let depth = 0;
    do {
      const character = this.#text[this.#at++];
      if (character === undefined) return undefined;
      if (character === "\\") this.#at++;
      else if (character === "{") depth++;
      else if (character === "}") depth--;
    } while (depth > 0);
    return this.#text.slice(start, this.#at - 1);
  }

  /** Words of a text; a letter by itself is a unit or a symbol. */
  #readWords(): boolean {
    const words = this.#match(WORDS)?.[0].replace(/\.$/, "");
    if (words === undefined) return false;
    const meaning = PLAIN_WORDS.get(words);
    if (meaning) this.#push(...meaning);
    else if (words.length > 1 || (this.#followsValue() && isUnit(words))) this.#push("word", words);
    else this.#push(words === "e" || words === "i" ? "constant" : "symbol", words);
    return true;
  }

  /** Whether the token before could be the end of a number, or a part of its unit. */
  #followsValue(): boolean {
    const last = this.tokens.at(-1)?.type;
    return last !== undefined && ["number", "close", "constant", "postfix", "word"].includes(last);
  }

  /** Whether the slash between two units stands in front. */
  #followsPer(): boolean {
    return this.tokens.at(-1)?.text === "/" && this.tokens.at(-2)?.type === "word";
  }

  #readNumberSet(): boolean {
    const letter = this.#match(/\s*(?:\{([^{}]*)\}|(?<=\s)[A-Z])/y)?.[0].replaceAll(/[{}\s]/g, "");
    if (letter === undefined) return false;
    this.#push("symbol", letter === "R" ? "\u211d" : `mathbb ${letter}`);
    return true;
  }

  #readEnvironment(name: string): boolean {
    const environment = this.#match(GROUP)?.[1];
    if (environment === undefined) return false;
    if (environment === "array") this.#match(GROUP);
    this.#isAligned = name === "begin" && ALIGNED.test(environment);
    this.#push("environment", `${name} ${environment}`);
    return true;
  }

  #readLetters(): boolean {
    const [run] = this.#match(LETTERS) ?? [];
    if (run === undefined) return false;
    if (run === "U" && this.tokens.at(-1)?.type === "close") {
      this.#push("set", "union");
      return true;
    }
    const meaning = PLAIN_WORDS.get(run);
    if (run === "is" || run === "are") {
      this.#at -= run.length;
      const [words] = this.#match(INTEGRAL) ?? [];
      if (words !== undefined) {
        this.#push("word", words);
        return true;
      }
      this.#at += run.length;
    }
    if (meaning) this.#push(...meaning);
    else if (run.length > 3 || (run.length > 1 && this.#followsValue() && isPartOfUnit(run))) this.#push("word", run);
    else for (const letter of run) this.#push(letter === "e" || letter === "i" ? "constant" : "symbol", letter);
    return true;
  }

  #readCharacter(): boolean {
    const character = this.#text[this.#at++] ?? "";
    const meaning = CHARACTERS.get(character);
    if (meaning === undefined) return false;
    if (meaning !== null && !(meaning[0] === "cell" && this.#isAligned)) this.#push(...meaning);
    return true;
  }
}

/** The letters that make an ordinal of a whole number: st, nd, rd or th. */
function lettersOfOrdinal(number: string): string {
  if (/1\d$/.test(number)) return "th";
  return { 1: "st", 2: "nd", 3: "rd" }[number.at(-1) ?? ""] ?? "th";
}
