import { createHash } from "node:crypto";
import { z } from "zod";
import { isRlvrError, messageOf, RlvrError } from "../../core/errors.ts";
import type { ServerConnection } from "../server-connection.ts";
import type { ServerOffers } from "../server-offers.ts";
import { weightVersionOf } from "./probe-administration.ts";
import type { ServedWeights, WeightSync } from "../weight-sync.ts";

/** The version of weights that nobody named. */
const UNNAMED = "default";
/** In place of a version, while weights are not whole. */
const LOADING = "loading";

/** Full weights that vLLM reads from the export's directory into the running engine. */
export interface Reload {
  /** Whether the server has these weights, as its own version of them tells. */
  isDone(server: ServerConnection, weights: ServedWeights, signal: AbortSignal): Promise<boolean>;
  /** Notes that the server has no weights that count: whoever looks next reads them anew. */
  forget(server: ServerConnection, signal: AbortSignal): Promise<void>;
  /** Has every worker read the weights. Only while nothing is sampled. */
  work(server: ServerConnection, weights: ServedWeights, signal: AbortSignal): Promise<void>;
}

/**
 * The steps of reading weights anew (reload_weights of vLLM's workers, called over /collective_rpc).
 * @param namespace tells runs apart that share a server.
 */
export function createReload(
  { root, weightVersion }: Pick<ServerOffers, "root" | "weightVersion">,
  namespace: string,
): Reload {
  const prefix = versionPrefix(namespace);
  const tellsVersion = weightVersion !== undefined;
  const name = ({ policyVersion, directory }: ServedWeights): string =>
    directory === undefined ? UNNAMED : `${prefix}v${policyVersion}`;
  const setVersion = async (server: ServerConnection, version: string, signal: AbortSignal): Promise<void> => {
    if (!tellsVersion) return;
    await server.ask("/update_weight_version", { body: { new_version: version }, schema: z.unknown(), signal });
  };
  // Of weights that are not whole.
  const forget = (server: ServerConnection, signal: AbortSignal): Promise<void> =>
    setVersion(server, `${prefix}${LOADING}`, signal);
  return {
    forget,
    async isDone(server, weights, signal) {
      if (!tellsVersion) return false;
      const schema = z.object({ weight_version: z.string() });
      return (await server.ask("/weight_info", { schema, signal })).weight_version === name(weights);
    },
    async work(server, weights, signal) {
      const path = weights.directory ?? root;
      if (path === undefined) {
        throw new RlvrError("policy_failed", `${server.url} does not tell where its base's weights are`, {
          advice: "Restart it on the recipe's policy.model.",
        });
      }
      // Whoever is killed half way leaves no version that somebody could take for whole.
      await forget(server, signal);
      const body = { method: "reload_weights", kwargs: { weights_path: path } };
      try {
        await server.ask("/collective_rpc", { body, schema: z.unknown(), signal });
      } catch (error) {
        if (!isRlvrError(error) || error.code === "interrupted") throw error;
        throw new RlvrError("policy_failed", `${server.url} did not load ${path}: ${messageOf(error)}`, {
          advice:
            "The server reads the directory itself: let it see the run's folder under the same path. " +
            "Then restart it, since its weights may be half old and half new.",
          cause: error,
        });
      }
      const cleared = await server.ask("/reset_prefix_cache", {
        body: {},
        schema: z.object({ success: z.boolean() }),
        signal,
      });
      if (!cleared.success) {
        throw new RlvrError("policy_failed", `${server.url} did not clear its prefix cache after loading weights`, {
          advice: "Let nobody else sample from it meanwhile.",
          retryable: true,
        });
      }
      await setVersion(server, name(weights), signal);
    },
  };
}

/** Pauses sampling until running completions ended under the old weights, has the new ones read, and goes on. */
export function reloadSync(offers: ServerOffers, namespace: string): WeightSync {
  const { model } = offers;
  const reload = createReload(offers, namespace);
  return {
    way: "reload",
    async load(server, weights, signal) {
      // A paused server is one on which an earlier process died half way.
      if ((await reload.isDone(server, weights, signal)) && !(await isPaused(server, signal))) return { model };
      await server.ask("/pause?mode=wait", { body: {}, schema: z.unknown(), signal });
      await reload.work(server, weights, signal);
      await server.ask("/resume", { body: {}, schema: z.unknown(), signal });
      return { model };
    },
  };
}

/**
 * Lets a server go on that a process of this run, since ended, paused to load weights. To be called before it is asked
 * what it offers, since it samples then; what it holds is loaded anew after that.
 */
export async function resumeHalfLoaded(
  server: ServerConnection,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await weightVersionOf(server, signal)) !== `${versionPrefix(namespace)}${LOADING}`) return;
  if (await isPaused(server, signal)) await server.ask("/resume", { body: {}, schema: z.unknown(), signal });
}

function versionPrefix(namespace: string): string {
  return `rlvr-${createHash("sha256").update(namespace).digest("hex").slice(0, 12)}-`;
}

async function isPaused(server: ServerConnection, signal: AbortSignal): Promise<boolean> {
  return (await server.ask("/is_paused", { schema: z.object({ is_paused: z.boolean() }), signal })).is_paused;
}
