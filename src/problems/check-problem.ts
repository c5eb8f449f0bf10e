import { cutText } from "../core/texts/cut-text.ts";
import { asText, plainValue } from "./source/source-number.ts";
import { problemSchema, type Problem } from "./problem.ts";

/** A problem, or the reason why a row is not one. */
export type Checked = { readonly problem: Problem } | { readonly fault: string };

/** Fields of a problem that are text: a number stands for its source text there. */
const TEXTS = ["id", "problem", "answer", "arm"] as const;

/** Checks a row against the schema of a problem. */
export function checkProblem(value: unknown): Checked {
  const result = problemSchema.safeParse(presentFields(value, TEXTS));
  if (result.success) return { problem: result.data };
  const issue = result.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  return { fault: cutText(`${path === "" ? "" : `${path}: `}${issue?.message ?? "invalid"}`, 300) };
}

/**
 * The fields that a row has: null is absent, as columnar files have every field in every row; so are hints without
 * any tier. Answers, and those fields that are texts, are text also where the row has a number.
 */
export function presentFields(row: unknown, texts: readonly string[]): unknown {
  if (!isRecord(row)) return row;
  const entries = Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
    if (texts.includes(name)) value = asText(value) ?? value;
    else if (name === "answers" && Array.isArray(value)) value = value.map((each) => asText(each) ?? each);
    else if (name === "hints" && isRecord(value)) value = presentTiers(value);
    return value === null || value === undefined ? [] : [[name, plainValue(value)]];
  });
  return Object.fromEntries(entries);
}

function presentTiers(hints: Readonly<Record<string, unknown>>): unknown {
  const tiers = Object.entries(hints).filter(([, parts]) => parts !== null);
  return tiers.length === 0 ? undefined : Object.fromEntries(tiers);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
