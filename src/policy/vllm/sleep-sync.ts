import { z } from "zod";
import { refusalStatus } from "../http-refusal.ts";
import type { ServerConnection } from "../server-connection.ts";
import { servedModels, type ServerOffers } from "../server-offers.ts";
import type { WeightSync } from "../weight-sync.ts";
import { loraSync } from "./lora-sync.ts";
import { weightVersionOf } from "./probe-administration.ts";
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
      // What is thrown away keeps its name: somebody who wakes the server by hand would sample from nothing.
      if (exportFormat === "weights") await reload.forget(server, signal);
      await post(server, `/sleep?level=${exportFormat === "lora" ? 1 : 2}&mode=wait`, signal);
    },
  };
}

/**
 * Wakes a server that a process of this run, since ended, lent to its trainer. To be called before it is asked what it
 * offers, since it samples then. Weights that it threw away come back as the base's.
 * @throws RlvrError `policy_failed`, and what the connection throws.
 */
export async function wakeSleeper(
  server: ServerConnection,
  exportFormat: "weights" | "lora",
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isAsleep(server, signal))) return;
  if (exportFormat === "lora") return post(server, "/wake_up", signal);
  const { data } = await servedModels(server, signal);
  const root = data.find(({ max_model_len: length }) => typeof length === "number")?.root ?? undefined;
  const reload = createReload({ root, weightVersion: await weightVersionOf(server, signal) }, namespace);
  await post(server, "/wake_up?tags=weights", signal);
  await reload.work(server, { policyVersion: 0, directory: undefined }, signal);
  await post(server, "/wake_up?tags=kv_cache", signal);
}

/** Also of a server that cannot sleep. */
async function isAsleep(server: ServerConnection, signal: AbortSignal): Promise<boolean> {
  const schema = z.object({ is_sleeping: z.boolean() });
  try {
    return (await server.ask("/is_sleeping", { schema, signal })).is_sleeping;
  } catch (error) {
    if (refusalStatus(error) === 404) return false;
    throw error;
  }
}

async function post(server: ServerConnection, path: string, signal: AbortSignal): Promise<void> {
  await server.ask(path, { body: {}, schema: z.unknown(), signal });
}
