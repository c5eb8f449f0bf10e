import { unifyCharacters } from "../../text/unify-characters.ts";
import { COMMANDS, SPELLINGS, TEXTS } from "../vocabulary.ts";

const SPELT = new RegExp([...SPELLINGS.keys()].map((key) => key.replaceAll(/[*.]/g, String.raw`\$&`)).join("|"), "g");

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const PLAIN = "0123456789+-n";

const DASHES = /[\u2010-\u2015\u2212\uFE63\uFF0D]/g;

/** A system of equations behind a brace that is left open. */
const SYSTEM =
  /^\\left\s?\\(?:\{|lbrace)\s*\\begin\{(array|aligned|align|split|gathered|matrix)\}(?:\s?\{[lcr]*\})?([^]*)\\end\{\1\}\s*\\right\s?\.$/;

/** Backslashes of LaTeX that went through JSON twice: all of them stand in pairs, one of which begins a command. */
const DOUBLED = /\\\\(?=([a-zA-Z]+|[%${}]))/g;
/** Commands that are often written without the space behind them, where no command has the name that this makes. */
const GLUED = /\\(qquad|quad|cdot|times)(?=[a-zA-Z])([a-zA-Z]+)/g;

/** A text with each backslash once, where all of them are doubled. */
export function withoutDoubling(text: string): string {
  if (!text.includes("\\\\")) return text;
  const runs = text.match(/\\+/g) ?? [];
  if (runs.some((run) => run.length % 2 === 1)) return text;
  const isCommand = [...text.matchAll(DOUBLED)].some(([, name = ""]) => isKnown(name));
  return isCommand ? withoutDoubling(text.replaceAll("\\\\", "\\")) : text;
}

function isKnown(name: string): boolean {
  return /^[$]$/.test(name) || COMMANDS.has(name) || TEXTS.has(name) || name === "mathbb";
}

/** A text with its characters of Unicode, and operators of several characters, as the LaTeX that means the same. */
export function plainCharacters(text: string): string {
  return unifyCharacters(text)
    .replace(SYSTEM, (_, _name, lines: string) => `\\begin{cases}${lines.replaceAll("&", "")}\\end{cases}`)
    .replaceAll(DASHES, "-")
    .replaceAll(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+/g, (run) => `^{${translated(run, RAISED)}}`)
    .replaceAll(/[₀₁₂₃₄₅₆₇₈₉]+/g, (run) => `_{${translated(run, LOWERED)}}`)
    .replaceAll(GLUED, (whole, name: string, rest: string) => (COMMANDS.has(name + rest) ? whole : `\\${name} ${rest}`))
    .replaceAll(SPELT, (spelling) => SPELLINGS.get(spelling) ?? spelling);
}

function translated(run: string, alphabet: string): string {
  return [...run].map((character) => PLAIN[alphabet.indexOf(character)]).join("");
}
