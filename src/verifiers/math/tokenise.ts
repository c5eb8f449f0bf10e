import { MAX_ANSWER_LENGTH, MAX_TOKENS } from "./limits.ts";
import { isPartOfUnit, isUnit } from "./units.ts";
import { CHARACTERS, COMMANDS, PLAIN_WORDS, SPELLINGS, type Token, type TokenType } from "./vocabulary.ts";

const SPELT = new RegExp([...SPELLINGS.keys()].map((key) => key.replaceAll("*", String.raw`\*`)).join("|"), "g");

const SPACE = /\s+/y;
const COMMAND = /\\([a-zA-Z]+|[^a-zA-Z])/y;
const LETTERS = /[a-zA-Z]+/y;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?/y;
/** Thousands set apart by what cannot separate the items of a list. */
const GROUPED = /\d{1,3}(?:(?:\{,\}|\\[,;! ]|,\\!)\s?\d{3})+(?!\d)(?:\.\d+)?/y;
/** Thousands set apart by what could: not read inside brackets. */
const LOOSELY_GROUPED = /\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(?!\d)(?:\.\d+)?/y;
/** The bar over the digits that repeat: 0.1\overline{6}. */
const REPEATING = /(\d*)\.(\d*)\\(?:overline|bar|dot)\s?\{(\d+)\}/y;
const GROUP = /\s*\{([^{}]*)\}/y;

/** Commands whose braces hold words. */
const TEXTS: ReadonlySet<string> = new Set(
  "text textbf textit textrm textnormal textsf mbox mathrm operatorname".split(" "),
);

/**
 * The tokens of an answer in LaTeX or plain text; null when it is too long or holds what is not read. Takes linear
 * time: every pattern is matched at one place, and none can match in two ways.
 */
export function tokenise(answer: string): Token[] | null {
  if (answer.length > MAX_ANSWER_LENGTH) return null;
  const reader = new Reader(answer.replaceAll(SPELT, (spelling) => SPELLINGS.get(spelling) ?? spelling));
  return reader.readAll() ? reader.tokens : null;
}

class Reader {
  readonly tokens: Token[] = [];
  readonly #text: string;
  #at = 0;
  #spaced = false;
  #brackets = 0;

  constructor(text: string) {
    this.#text = text;
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
    if (/[a-zA-Z]/.test(character)) return this.#readLetters();
    return this.#readNumber() || this.#readCharacter();
  }

  #readNumber(): boolean {
    const repeating = this.#match(REPEATING);
    if (repeating !== null) {
      const [, whole = "", start = "", repeated = ""] = repeating;
      this.#push("number", `${whole}.${start}(${repeated})`);
      return true;
    }
    const grouped = this.#match(GROUPED) ?? (this.#brackets > 0 ? null : this.#match(LOOSELY_GROUPED));
    const match = grouped ?? this.#match(NUMBER);
    if (match === null) return false;
    this.#push("number", grouped === null ? match[0] : match[0].replaceAll(/[^\d.]/g, ""));
    return true;
  }

  #readCommand(): boolean {
    const [, name] = this.#match(COMMAND) ?? [];
    if (name === undefined) return false;
    if (TEXTS.has(name)) return this.#readText();
    if (name === "mathbb") return this.#readNumberSet();
    if (name === "begin" || name === "end") return this.#readEnvironment(name);
    const meaning = /\s/.test(name) ? null : COMMANDS.get(name);
    if (meaning === undefined) return false;
    if (meaning !== null) this.#push(...meaning);
    // `\left.` stands for no bracket.
    if ((name === "left" || name === "right") && this.#text[this.#at] === ".") this.#at++;
    return true;
  }

  #readText(): boolean {
    const content = this.#match(GROUP)?.[1]?.trim();
    if (content === undefined) return false;
    this.#addText(content.replaceAll(/\\[,;:! ]|~/g, " ").trim());
    return true;
  }

  #addText(content: string): void {
    const words = content.replaceAll(/^[.,;:\s]+|[.,;:\s]+$/g, "");
    if (/^(?:and|or)$/i.test(words) || content === ",") return this.#push("separator", ",");
    const meaning = PLAIN_WORDS.get(words);
    if (meaning) return this.#push(...meaning);
    const letters = words.replaceAll(/[^a-zA-Z]/g, "");
    if (letters.length > 1 || (this.#followsValue() && isUnit(words))) return this.#push("word", words);
    for (const token of tokenise(words.replaceAll(/^\((.)\)$/g, "$1")) ?? []) this.#push(token.type, token.text);
  }

  /** Whether the token before could be the end of a number, or a part of its unit. */
  #followsValue(): boolean {
    const last = this.tokens.at(-1)?.type;
    return last !== undefined && ["number", "close", "constant", "postfix", "word"].includes(last);
  }

  #readNumberSet(): boolean {
    const letter = this.#match(GROUP)?.[1];
    if (letter === undefined) return false;
    this.#push("symbol", letter === "R" ? "\u211d" : `mathbb ${letter}`);
    return true;
  }

  #readEnvironment(name: string): boolean {
    const environment = this.#match(GROUP)?.[1];
    if (environment === undefined) return false;
    if (environment === "array") this.#match(GROUP);
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
    if (meaning) this.#push(...meaning);
    else if (run.length > 3 || (run.length > 1 && this.#followsValue() && isPartOfUnit(run))) this.#push("word", run);
    else for (const letter of run) this.#push(letter === "e" || letter === "i" ? "constant" : "symbol", letter);
    return true;
  }

  #readCharacter(): boolean {
    const character = this.#text[this.#at++] ?? "";
    const meaning = CHARACTERS.get(character);
    if (meaning === undefined) return false;
    if (meaning !== null) this.#push(...meaning);
    return true;
  }
}
