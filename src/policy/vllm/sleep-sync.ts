import { z } from "zod";
import type { ServerConnection } from "../server-connection.ts";
import type { ServerOffers } from "../server-offers.ts";
import type { WeightSync } from "../weight-sync.ts";
import { loraSync } from "./lora-sync.ts";
import { createReload, reloadSync } from "./reload-sync.ts";

/**
 * vLLM and the trainer share an accelerator: vLLM sleeps while the trainer works (its weights in main memory with LoRA,
 * thrown away when all of them come anew), and wakes for the next load.
 */
export function sleepSync(offers: ServerOffers, exportFormat: "weights" | "lora", namespace: string): WeightSync {
  const awake = exportFormat === "lora" ? loraSync(offers, namespace) : reloadSync(offers, namespace);
  const reload = createReload(offers, namespace);
  return {
    ...awake,
    way: "sleep",
    async load(server, weights, signal) {
      if (!(await isAsleep(server, signal))) return awake.load(server, weights, signal);
      await post(server, "/wake_up?tags=weights", signal);
      // Before the cache comes back, so that nothing is sampled from weights that are not there.
      if (exportFormat === "weights") await reload.work(server, weights, signal);
      await post(server, "/wake_up?tags=kv_cache", signal);
      return exportFormat === "weights" ? { model: offers.model } : awake.load(server, weights, signal);
    },
    async suspend(server, signal) {
      if (await isAsleep(server, signal)) return;
      await post(server, `/sleep?level=${exportFormat === "lora" ? 1 : 2}&mode=wait`, signal);
    },
  };
}

async function isAsleep(server: ServerConnection, signal: AbortSignal): Promise<boolean> {
  return (await server.ask("/is_sleeping", { schema: z.object({ is_sleeping: z.boolean() }), signal })).is_sleeping;
}

async function post(server: ServerConnection, path: string, signal: AbortSignal): Promise<void> {
  await server.ask(path, { body: {}, schema: z.unknown(), signal });
}
