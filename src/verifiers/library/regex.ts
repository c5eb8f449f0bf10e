import { RE2JS, type Matcher } from "re2js";
import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { defineVerifier } from "../define-verifier.ts";
import { foldCase } from "../text/fold-case.ts";
import { compileLinear } from "../text/linear-regex.ts";

const options = z
  .strictObject({
    pattern: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe("The pattern, in the syntax of RE2 (no look-around, no back references). Left out: the answer is it."),
    group: z
      .union([z.int().nonnegative(), z.string()])
      .optional()
      .describe(
        "Number or name of the group whose text has to equal the answer; 0 is the whole match. Left out: any match passes.",
      ),
    match: z
      .enum(["last", "first", "whole"])
      .default("last")
      .describe("Which match counts: the last, the first, or one of the whole response, white space around it aside."),
    ignore_case: z
      .boolean()
      .default(false)
      .describe("Upper and lower case are the same, in the pattern and in the answer."),
    multiline: z.boolean().default(false).describe("^ and $ match at the ends of lines, too."),
    dot_all: z.boolean().default(false).describe("The dot matches ends of lines, too."),
  })
  .transform(({ pattern, group, ...rest }, context) => {
    const refuse = (key: "pattern" | "group", message: string): void =>
      context.addIssue({ code: "custom", path: [key], message });
    if (pattern === undefined) {
      if (group !== undefined) refuse("group", "needs a pattern: without one the answer is the pattern");
      return { ...rest, group, regex: undefined };
    }
    try {
      const regex = compile(pattern, rest);
      const groups = [...Array(regex.groupCount() + 1).keys(), ...Object.keys(regex.namedGroups())];
      if (group !== undefined && !groups.includes(group)) {
        refuse("group", `the pattern has no group ${group}, only ${groups.join(", ")}`);
      }
      return { ...rest, group, regex };
    } catch (error) {
      refuse("pattern", messageOf(error));
      return z.NEVER;
    }
  });

type Flags = Pick<z.output<typeof options>, "ignore_case" | "multiline" | "dot_all">;

function compile(pattern: string, { ignore_case, multiline, dot_all }: Flags): RE2JS {
  const flags =
    (ignore_case ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0) | (dot_all ? RE2JS.DOTALL : 0);
  return compileLinear(pattern, flags);
}

/** The most work that one response is given, in instructions of the compiled pattern times characters: under a second. */
const MAX_STEPS = 20_000_000;

/**
 * The text of a group in the match that counts; null where there is none, or the group has no part in it.
 * Of a response that is too long for the work it may cause, the end is searched for the last match, the beginning for
 * the first, and as a whole it does not match.
 */
function readGroup(
  regex: RE2JS,
  response: string,
  which: "last" | "first" | "whole",
  group: number | string,
): string | null {
  const longest = Math.floor(MAX_STEPS / Math.max(10, regex.programSize()));
  if (which === "last") return readLast(regex, response.slice(-longest), group, longest);
  if (which === "whole" && response.length > longest) return null;
  const matcher = regex.matcher(which === "whole" ? response.trim() : response.slice(0, longest));
  return (which === "whole" ? matcher.matches() : matcher.find()) ? matcher.group(group) : null;
}

/**
 * One search is linear, but looking for the next match again and again is not: each may look at all the rest of the
 * text. Of a text with more matches than there is time for, only so short an end is searched that there is.
 */
function readLast(regex: RE2JS, text: string, group: number | string, longest: number): string | null {
  const matcher = regex.matcher(text);
  const last = lastFrom(matcher, group, 0, Math.floor(longest / text.length));
  if (last !== undefined) return last;
  const tail = Math.max(0, text.length - Math.floor(Math.sqrt(2 * longest)));
  return lastFrom(matcher, group, tail, Infinity) ?? null;
}

/** The text of a group in the last match behind a position; null where there is none, undefined past so many matches. */
function lastFrom(matcher: Matcher, group: number | string, start: number, most: number): string | null | undefined {
  let last: string | null = null;
  let count = 0;
  for (let isFound = matcher.find(start); isFound; isFound = matcher.find()) {
    if (++count > most) return undefined;
    last = matcher.group(group);
  }
  return last;
}

/**
 * Passes a response that matches a pattern, or one whose match holds the answer in a group (white space around both
 * aside): `{ pattern: 'answer is (\\w+)', group: 1 }`. The pattern stands in the options, or is the problem's answer; an
 * answer that is no pattern throws.
 */
export const regex = defineVerifier({
  name: "regex",
  version: "2",
  options,
  verify({ response, answer }, { regex: given, group, match, ...flags }) {
    if (given === undefined && answer === "") throw new Error("the answer is the pattern, and it is empty");
    const text = readGroup(given ?? compile(answer, flags), response, match, group ?? 0)?.trim();
    if (text === undefined) return { passed: false };
    const fold = flags.ignore_case ? foldCase : String;
    return { passed: group === undefined || fold(text) === fold(answer.trim()), extracted: text };
  },
});
