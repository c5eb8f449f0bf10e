import type { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { parseJsonAs, readJsonFile } from "../../core/files/read-json.ts";

/** Longest manifest, in bytes: its probe has three numbers for each token of a sequence. */
export const MAX_MANIFEST = 32 * 1024 * 1024;
/** Longest message of a trainer or to one, in bytes. */
export const MAX_MESSAGE = 4 * 1024 * 1024;

/** The text of a JSON file of the protocol, checked against its schema first. */
export function encodeJson<T extends z.ZodType>(schema: T, value: z.input<T>): string {
  return `${JSON.stringify(schema.parse(value), undefined, 2)}\n`;
}

/**
 * The value of the text of a JSON file of the protocol.
 * @throws RlvrError `protocol_violation` that names the file and what is wrong in it.
 */
export function decodeJson<T extends z.ZodType>(schema: T, text: string, label: string): z.output<T> {
  return parseJsonAs(schema, text, (why, cause) => notOfProtocol(label, why, cause));
}

/**
 * Reads a JSON file of the protocol; undefined when there is none.
 * @param maxBytes of the file. Default: {@link MAX_MESSAGE}.
 * @throws RlvrError `protocol_violation`, also when it is no regular file or too long.
 */
export function readProtocolFile<T extends z.ZodType>(
  schema: T,
  path: string,
  maxBytes: number = MAX_MESSAGE,
): z.output<T> | undefined {
  return readJsonFile(path, schema, maxBytes, (why, cause) => notOfProtocol(path, why, cause));
}

/** The error of a file that is not what the protocol says. */
export function notOfProtocol(label: string, why: string, cause?: unknown): RlvrError {
  return new RlvrError("protocol_violation", `${label} is not what trainer protocol 1 says: it ${why}`, {
    advice: "Orchestrator and trainer must speak the same version of the protocol.",
    cause,
  });
}
