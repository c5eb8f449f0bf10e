import { z } from "zod";
import { MAX_ERROR_LENGTH } from "./describe-thrown.ts";
import { cutDetails } from "./cut-details.ts";
import type { WorkerEvent } from "./worker-protocol.ts";

/** Characters of names, versions and fields that a verifier gives of itself. */
const MAX_NAME = 1000;
const MAX_NEEDS = 1000;
/** Characters of an extracted answer, with what stands for the part that was cut. */
const MAX_EXTRACTED = 1200;

const milliseconds = z.number().nonnegative();
const name = z.string().max(MAX_NAME);
const errorText = z.string().max(MAX_ERROR_LENGTH);

const judgement = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("ok"),
    passed: z.boolean(),
    score: z.number(),
    extracted: z.string().max(MAX_EXTRACTED).nullable(),
    details: z.unknown().transform(cutDetails),
    runMs: milliseconds,
  }),
  z.strictObject({
    status: z.enum(["error", "timeout", "skipped"]),
    kind: z.enum(["thrown", "transient", "died", "timeout", "skipped"]),
    error: errorText,
    runMs: milliseconds,
  }),
]);

const description = z.strictObject({
  name,
  version: name,
  sourceSha256: z.string().regex(/^[0-9a-f]{64}$/),
  judgesGroups: z.boolean(),
  needs: z.array(z.unknown()).max(MAX_NEEDS).pipe(z.array(name)),
});

const event = z.discriminatedUnion("kind", [
  // Its group is killed later: 1 and 0 would be everybody's.
  z.strictObject({ kind: z.literal("started"), pid: z.int32().min(2) }),
  z.strictObject({ kind: z.literal("loaded"), description, together: z.boolean() }),
  z.strictObject({
    kind: z.literal("refused"),
    error: z.strictObject({ code: name, message: errorText, advice: errorText }),
  }),
  z.strictObject({ kind: z.literal("alone") }),
  z.strictObject({ kind: z.literal("preparing") }),
  z.strictObject({ kind: z.literal("ready") }),
  z.strictObject({ kind: z.literal("judged"), judgements: z.array(judgement) }),
]);

/** What workerpool hands on of a worker's output. */
const output = z.union([z.strictObject({ stdout: z.string() }), z.strictObject({ stderr: z.string() })]);

/** A message of a worker's process, or what the process wrote. */
export type WorkerMessage = WorkerEvent | z.output<typeof output>;

/**
 * A message that arrived from a worker, checked: code of a user runs there. Undefined for what is none.
 * @param open how many judgements the call still waits for.
 */
export function readWorkerMessage(message: unknown, open: number): WorkerMessage | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  if (!("kind" in message)) return output.safeParse(message).data;
  const { judgements } = message as { readonly judgements?: unknown };
  if (Array.isArray(judgements) && judgements.length > open) return undefined;
  return event.safeParse(message).data;
}
