import { z } from "zod";
import { messageOf, RlvrError } from "../../core/errors.ts";

/** The text of a JSON file of the protocol, checked against its schema first. */
export function encodeJson<T extends z.ZodType>(schema: T, value: z.input<T>): string {
  return `${JSON.stringify(schema.parse(value), undefined, 2)}\n`;
}

/**
 * Reads the text of a JSON file of the protocol.
 * @throws RlvrError `protocol_violation` that names the file and what is wrong in it.
 */
export function decodeJson<T extends z.ZodType>(schema: T, text: string, label: string): z.output<T> {
  const fail = (why: string, cause?: unknown): never => {
    throw new RlvrError("protocol_violation", `${label} is not what trainer protocol 1 says: ${why}`, {
      advice: "Orchestrator and trainer must speak the same version of the protocol.",
      cause,
    });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(messageOf(error), error);
  }
  const result = schema.safeParse(value);
  return result.success ? result.data : fail(z.prettifyError(result.error));
}
