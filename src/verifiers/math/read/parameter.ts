import type { Token } from "../vocabulary.ts";

/** A letter that may have any value of a set. */
export interface Parameter {
  readonly name: string;
  /** The letter of the set with a sign behind it: "Z", "N", "Z+", "R". */
  readonly set: string;
}

/** An answer's tokens without what they say of a parameter at their end. */
export interface Parametrised {
  readonly tokens: readonly Token[];
  readonly parameter: Parameter | null;
}

/** Words in front of a parameter, those that say that it is a whole number, and those that say so behind it. */
const INTRODUCING = /^(?:where|for|with|and|any|(?:(?:for|where) )?(?:all|any|some|every|each))$/i;
const INTEGER = /^(?:(?:for|where) )?(?:(?:all|any|some|every|each) )?integers?$/i;
const IS_INTEGER = /^(?:is|are|being) (?:(?:an?|any|some|all) )?(?:arbitrary )?integers?$/i;
const SETS: ReadonlyMap<string, string> = new Map([
  ["mathbb Z", "Z"],
  ["Z", "Z"],
  ["mathbb N", "N"],
  ["N", "N"],
  ["\u211d", "R"],
  ["mathbb Q", "Q"],
  ["mathbb C", "C"],
]);

/** Takes `, k \in \mathbb{Z}` and other ways to say the same off an answer, where a part of it holds that letter. */
export function splitParameter(tokens: readonly Token[]): Parametrised {
  const unchanged: Parametrised = { tokens, parameter: null };
  const reader = new BackwardReader(tokens);
  const isBuilt = reader.take("close", "}");
  const isBracketed = reader.take("close", ")");
  const set = reader.readSet();
  if (set === null) return unchanged;
  const name = reader.takeText("symbol");
  if (name === null) return unchanged;
  if (isBuilt) return isBracketed || set === "" ? unchanged : builtSet(reader, { name, set }, unchanged);
  const introduction = reader.readIntroduction();
  const isOpened = reader.take("open", "(");
  const isSeparated = reader.take("separator");
  if (set === "" && introduction !== "integer") return unchanged;
  if (isBracketed !== isOpened || !(introduction !== null || isOpened || isSeparated)) return unchanged;
  const body = reader.rest();
  return isFree(name, body) ? { tokens: body, parameter: { name, set: set === "" ? "Z" : set } } : unchanged;
}

/** The values in {2k : k \in \mathbb{Z}}, in front of which only x = or x \in may stand. */
function builtSet(reader: BackwardReader, parameter: Parameter, unchanged: Parametrised): Parametrised {
  if (!reader.take("bar") && !reader.take("operator", ":")) return unchanged;
  const tokens = reader.rest();
  const open = tokens.findIndex(({ type }) => type === "open");
  const [, sign] = tokens;
  const isFirst = open === 0 || (open === 2 && (sign?.text === "in" || sign?.text === "="));
  const body = tokens.slice(open + 1);
  return isFirst && tokens[open]?.text === "{" && isFree(parameter.name, body)
    ? { tokens: body, parameter }
    : unchanged;
}

/** Whether a letter is used in an answer so that what is said of it may be taken off. */
function isFree(name: string, body: readonly Token[]): boolean {
  const isUsed = body.some(({ type, text }) => type === "symbol" && text === name);
  // What holds for whole numbers alone is more than an inequality or a membership says.
  const isConstraint = body.some(({ type, text }) => type === "relation" && text !== "=" && text !== "~");
  const isAlone = body[0]?.text === name && (body.length === 1 || body[1]?.type === "relation");
  return isUsed && !isConstraint && !isAlone;
}

/** Reads tokens from their end. */
class BackwardReader {
  readonly #tokens: readonly Token[];
  #end: number;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#end = tokens.length;
  }

  rest(): readonly Token[] {
    return this.#tokens.slice(0, this.#end);
  }

  #last(): Token | undefined {
    return this.#tokens[this.#end - 1];
  }

  take(type: Token["type"], text?: string): boolean {
    const last = this.#last();
    if (last?.type !== type || (text !== undefined && last.text !== text)) return false;
    this.#end--;
    return true;
  }

  takeText(type: Token["type"]): string | null {
    const last = this.#last();
    return last !== undefined && this.take(type) ? last.text : null;
  }

  /** The set behind the letter; "" where only words in front of the letter may say it; null where nothing does. */
  readSet(): string | null {
    const last = this.#last();
    if (last?.type === "word" && IS_INTEGER.test(last.text)) {
      this.#end--;
      return "Z";
    }
    const start = this.#end;
    const sign = this.#readSign();
    const isGrouped = this.take("close", "group");
    const set = SETS.get(this.takeText("symbol") ?? "");
    if (isGrouped) this.take("open", "group");
    if (set !== undefined && this.take("relation", "in")) return set + sign;
    this.#end = start;
    return last?.type === "symbol" ? "" : null;
  }

  /** The sign of the set of the numbers above zero: Z^+. */
  #readSign(): string {
    const start = this.#end;
    const isGrouped = this.take("close", "group");
    const sign = this.takeText("operator");
    if (isGrouped) this.take("open", "group");
    if (sign !== null && this.take("script", "^")) return sign;
    this.#end = start;
    return "";
  }

  /** Takes the words in front of the letter: whether they say that it is a whole number; null when there are none. */
  readIntroduction(): "integer" | "plain" | null {
    const words = this.#last();
    if (this.take("unknown", "forall")) return "plain";
    if (words?.type !== "word") return null;
    const kind = INTEGER.test(words.text) ? "integer" : INTRODUCING.test(words.text) ? "plain" : null;
    if (kind !== null) this.#end--;
    return kind;
  }
}
