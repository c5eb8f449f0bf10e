import { z } from "zod";
import { cutText } from "../texts/cut-text.ts";
import { messageOf } from "../errors.ts";
import { readTextFile, type Refusal } from "./read-file.ts";

/** How many faults of a document are told. */
const TOLD = 5;

/**
 * Reads a JSON file of a known shape; undefined when there is none.
 * @param maxBytes of the file. A value takes about ten times as much memory at most.
 * @param refuse makes the error of a file that is too long, no regular file, no JSON, or of another shape, with its place.
 */
export function readJsonFile<S extends z.ZodType>(
  path: string,
  schema: S,
  maxBytes: number,
  refuse: Refusal,
): z.output<S> | undefined {
  const text = readTextFile(path, maxBytes, refuse);
  return text === undefined ? undefined : parseJsonAs(schema, text, refuse);
}

/** The value of a JSON text of a known shape. @param refuse makes the error of any other, with the place of its fault. */
export function parseJsonAs<S extends z.ZodType>(schema: S, text: string, refuse: Refusal): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`is not JSON: ${cutText(messageOf(error))}`, error);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw refuse(`is not valid at ${issuesText(result.error)}`, result.error);
}

/** The first faults that a schema found, each with its path, such as `files.model: a sha256 in hex`. */
export function issuesText({ issues }: z.ZodError): string {
  const told = issues
    .slice(0, TOLD)
    .map(({ path, message }) => `${cutText(z.core.toDotPath(path)) || "its top"}: ${cutText(message)}`);
  return [...told, ...(issues.length > TOLD ? [`and ${issues.length - TOLD} more`] : [])].join("; ");
}
