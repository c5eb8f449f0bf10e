import { z } from "zod";

/** What a Python process judges with: the function of a file, or the scorer of a dataset of reasoning-gym. */
export type BridgeTarget =
  | { readonly kind: "function"; readonly path: string; readonly name: string }
  | { readonly kind: "reasoning-gym"; readonly name: string };

/** What went wrong in Python. */
export const bridgeErrorSchema = z.object({
  /** The traceback, or a sentence that says it all. */
  text: z.string(),
  interpreter: z.string(),
  version: z.string(),
  /** Names that there are, when the one asked for is not among them. */
  names: z.array(z.string()).optional(),
  missing_module: z.string().optional(),
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
  needs: z.array(z.string()),
});

export type BridgeLoaded = z.output<typeof loadedSchema>;

/** Results in the order of the responses; null where there is nothing to say of one, an error where one has no score. */
export const resultsSchema = z.array(
  z
    .union([
      z.object({ score: z.number(), unreadable: z.string().optional(), details: z.unknown().optional() }),
      z.object({ error: z.string() }),
    ])
    .nullable(),
);

export type BridgeResult = z.output<typeof resultsSchema>[number];
