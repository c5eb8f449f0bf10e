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
});

/** A reply of python/rlvr_bridge to the request with the same id. */
export const replySchema = z.union([
  z.object({ id: z.int(), value: z.unknown() }).refine((reply) => "value" in reply),
  z.object({ id: z.int(), error: bridgeErrorSchema }),
]);

/** Results in the order of the responses; null where there is nothing to say of one. */
export const resultsSchema = z.array(z.object({ score: z.number(), unreadable: z.string().optional() }).nullable());

export type BridgeResult = z.output<typeof resultsSchema>[number];
