import { createHash } from "node:crypto";
import { z } from "zod";
import { isRlvrError, messageOf, RlvrError } from "../../core/errors.ts";
import { refusalStatus } from "../http-refusal.ts";
import type { ServerConnection } from "../server-connection.ts";
import { servedModels, type ServerOffers } from "../server-offers.ts";
import type { WeightSync } from "../weight-sync.ts";

/**
 * vLLM's hot-load of adapters. Each version has a name of its own: a request stays on the adapter that it began with, and
 * prefix caches of different names are different. Version 0 is the base.
 * @param namespace tells runs apart that share a server.
 */
export function loraSync({ model: base }: Pick<ServerOffers, "model">, namespace: string): WeightSync {
  const prefix = `rlvr-${createHash("sha256").update(namespace).digest("hex").slice(0, 12)}-v`;
  /** What this process loaded, by server. */
  const loaded = new Map<string, Set<string>>();

  return {
    way: "lora",
    async load(server, { policyVersion, directory }, signal) {
      const name = directory === undefined ? base : `${prefix}${policyVersion}`;
      const ours = loaded.get(server.url) ?? new Set();
      loaded.set(server.url, ours);
      const served = await servedModels(server, signal);
      let isServed = false;
      for (const { id, root } of served.data) {
        if (!id.startsWith(prefix)) continue;
        isServed ||= id === name && root === directory;
        // A process of this run that was killed left the others, and nobody else knows of them.
        const isStale = id === name ? root !== directory : !ours.has(id);
        if (isStale) await unload(server, id, signal);
      }
      if (directory === undefined) return { model: base };
      if (!isServed) await loadAdapter(server, name, directory, signal);
      ours.add(name);
      return { model: name };
    },
    async release(server, policyVersion, signal) {
      const name = `${prefix}${policyVersion}`;
      if (loaded.get(server.url)?.delete(name) === true) await unload(server, name, signal);
    },
  };
}

async function loadAdapter(
  server: ServerConnection,
  name: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const body = { lora_name: name, lora_path: directory };
  try {
    await server.ask("/v1/load_lora_adapter", { body, schema: z.unknown(), signal });
  } catch (error) {
    const status = refusalStatus(error);
    if (status === undefined || !isRlvrError(error)) throw error;
    const message = messageOf(error);
    const rank = /LoRA rank (\d+) is greater/.exec(message)?.[1];
    const advice =
      rank === undefined
        ? "The server reads the directory itself: let it see the run's folder under the same path."
        : `Start vLLM with --max-lora-rank ${rank}, or train with a smaller trainer.torch.lora.rank.`;
    // Of the engine's other faults, which a restart may cure, the connection's own error tells.
    if (rank === undefined && status >= 500) throw error;
    throw new RlvrError("policy_failed", `the adapter ${directory} did not load: ${message}`, { advice, cause: error });
  }
}

/** Takes an adapter off the list; requests that run on it end on it. */
async function unload(server: ServerConnection, name: string, signal: AbortSignal): Promise<void> {
  try {
    await server.ask("/v1/unload_lora_adapter", { body: { lora_name: name }, schema: z.unknown(), signal });
  } catch (error) {
    if (refusalStatus(error) !== 404) throw error;
  }
}
