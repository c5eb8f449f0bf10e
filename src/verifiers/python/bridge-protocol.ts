import { z } from "zod";

/** What a Python process judges with: the function of a file, or the scorer of a dataset of reasoning-gym. */
export type BridgeTarget =
  | { readonly kind: "function"; readonly path: string; readonly name: string }
  | { readonly kind: "reasoning-gym"; readonly name: string };

/** Characters kept of the end of a text about an error, as python/rlvr_bridge/errors.py does; and of a name. */
const MAX_TEXT = 8000;
const MAX_NAME = 200;
/** Most names that are told or asked for; the process may run what an answer says, and send anything. */
const MAX_NAMES = 1000;

const name = z.string().transform((text) => text.slice(0, MAX_NAME));

/** What went wrong in Python. */
export const bridgeErrorSchema = z.object({
  /** The traceback, or a sentence that says it all. */
  text: z.string().transform((text) => text.slice(-MAX_TEXT)),
  interpreter: z.string().transform((path) => path.slice(0, MAX_TEXT)),
  version: name,
  /** Names that there are, when the one asked for is not among them. */
  names: z
    .array(z.unknown())
    .transform((names) => names.slice(0, MAX_NAMES))
    .pipe(z.array(name))
    .optional(),
  missing_module: name.optional(),
  out_of_memory: z.boolean().optional(),
  /** Whether it is of the group as a whole, so that judging one response alone would say nothing else. */
  of_group: z.boolean().optional(),
});

/** A reply of python/rlvr_bridge to the request with the same id. */
export const replySchema = z.union([
  z.object({ id: z.int(), value: z.unknown() }).refine((reply) => "value" in reply),
  z.object({ id: z.int(), error: bridgeErrorSchema }),
]);

/** What a process answers once it has loaded its target. */
export const loadedSchema = z.object({
  /** What Python loaded: its version, the files and packages that decide. */
  fingerprint: z.unknown(),
  /** Fields of a problem that the function cannot do without. */
  needs: z.array(z.unknown()).max(MAX_NAMES).pipe(z.array(name)),
});

export type BridgeLoaded = z.output<typeof loadedSchema>;

const resultsSchema = z.array(
  z
    .union([
      z.object({ score: z.number(), unreadable: z.string().optional(), details: z.unknown().optional() }),
      z.object({ error: z.string() }),
    ])
    .nullable(),
);

export type BridgeResult = z.output<typeof resultsSchema>[number];

/**
 * Results in the order of the responses; null where there is nothing to say of one, an error where one has no score.
 * @throws TypeError, or what the schema throws, for what is no list of so many results.
 */
export function readResults(value: unknown, count: number): readonly BridgeResult[] {
  // Before each is looked at: there may be hundreds of thousands.
  if (!Array.isArray(value) || value.length !== count) {
    throw new TypeError(`the Python process sent no list of ${count} results`);
  }
  return resultsSchema.parse(value);
}
