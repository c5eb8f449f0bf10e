import { RlvrError } from "../core/errors.ts";
import { exportSync } from "./export-sync.ts";
import type { ServerConnection } from "./server-connection.ts";
import type { ServerOffers } from "./server-offers.ts";
import { loraSync } from "./vllm/lora-sync.ts";
import { reloadSync } from "./vllm/reload-sync.ts";
import { sleepSync } from "./vllm/sleep-sync.ts";
import type { WeightProbe } from "./vllm/check-probe.ts";

/** Weights to serve: version 0 without a directory is the base that the server was started with. */
export interface ServedWeights {
  readonly policyVersion: number;
  /** Absolute path of an export, which the server has to see under the same path. */
  readonly directory: string | undefined;
  /** By which to tell whether a server has them; undefined where the trainer gave none. */
  readonly probe?: WeightProbe | undefined;
}

/** A way for new weights to reach a policy server. */
export interface WeightSync {
  readonly way: "export" | "lora" | "reload" | "sleep" | "restart";
  /**
   * Serves weights from now on. Doing it again, also by another process after a kill, changes nothing.
   * @returns name to send as `model` to sample from them.
   * @throws RlvrError `policy_failed`, `bad_checkpoint`, and what the connection throws.
   */
  load(server: ServerConnection, weights: ServedWeights, signal: AbortSignal): Promise<{ readonly model: string }>;
  /** Lets go of a version from which no request samples any more. Left out where loading replaces what was there. */
  release?(server: ServerConnection, policyVersion: number, signal: AbortSignal): Promise<void>;
  /** Lends the server's accelerator to the trainer until the next load. Only of the way `sleep`. */
  suspend?(server: ServerConnection, signal: AbortSignal): Promise<void>;
}

/** What {@link chooseWeightSync} needs to know of the run. */
export interface SyncingRun {
  /** Tells runs apart that share a server, such as the absolute path of the run's directory. */
  readonly namespace: string;
  /** Starts the server again with other weights at the same URL; undefined where somebody else runs it. */
  readonly restart?: ((directory: string | undefined) => Promise<unknown>) | undefined;
}

/**
 * Chooses how weights reach a server: the way that the recipe wants, or with `auto` the first that fits. LoRA leaves what
 * runs alone, so it comes before reading all weights anew; a restart is the last resort.
 * @param exportFormat what the trainer exports.
 * @throws RlvrError `bad_recipe` that says what the server has to be started with.
 */
export function chooseWeightSync(
  offers: ServerOffers,
  wanted: "auto" | WeightSync["way"],
  exportFormat: "weights" | "lora",
  run: SyncingRun,
): WeightSync {
  const obstacle = (way: WeightSync["way"]): string | undefined => OBSTACLES[way](offers, exportFormat, run);
  const makers: Readonly<Record<WeightSync["way"], () => WeightSync>> = {
    export: () => exportSync(offers),
    lora: () => loraSync(offers, run.namespace),
    reload: () => reloadSync(offers, run.namespace),
    sleep: () => sleepSync(offers, exportFormat, run.namespace),
    restart: () => restartSync(offers, run.restart),
  };
  const ways = wanted === "auto" ? (["export", "lora", "reload", "restart"] as const) : [wanted];
  const way = ways.find((candidate) => obstacle(candidate) === undefined);
  if (way !== undefined) return makers[way]();
  const reasons = ways.filter((each) => wanted !== "auto" || isMeant(each, offers, exportFormat));
  throw new RlvrError("bad_recipe", "new weights cannot reach the policy server", {
    advice: reasons.map((each) => `${each}: ${obstacle(each)}.`).join(" "),
  });
}

/** What stands in the way of each, with what to do; undefined: nothing. */
const OBSTACLES: Readonly<
  Record<WeightSync["way"], (offers: ServerOffers, format: "weights" | "lora", run: SyncingRun) => string | undefined>
> = {
  export: ({ loadExport }, format) =>
    loadExport
      ? format === "weights"
        ? undefined
        : "rlvr's own server loads whole weights: set trainer.torch.mode to full, or serve the policy with vLLM"
      : "only rlvr's own server loads exports",
  lora: ({ lora }, format) => {
    if (format !== "lora") return "it carries adapters: set trainer.torch.mode to lora";
    if (lora === "no endpoint") return "start vLLM with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True and --enable-lora";
    return lora === "disabled" ? "start vLLM with --enable-lora --max-loras 2 --max-lora-rank RANK" : undefined;
  },
  reload: ({ reload, pause, isCpu }, format) => {
    if (format !== "weights") return "it carries whole weights: set trainer.torch.mode to full";
    // Its output layer works on a packed copy, which stays as it was where the layer shares the embedding's weights.
    if (isCpu === true) return "vLLM on a CPU mixes old and new weights then: let the run start it (policy.vllm)";
    return reload && pause ? undefined : "start vLLM with VLLM_SERVER_DEV_MODE=1, where nobody else can reach it";
  },
  sleep: (offers, format, run) => {
    if (offers.sleep !== true) return "start vLLM with VLLM_SERVER_DEV_MODE=1 and --enable-sleep-mode";
    return OBSTACLES[format === "lora" ? "lora" : "reload"](offers, format, run);
  },
  restart: ({ kind }, format, { restart }) => {
    if (kind === "rlvr") return "rlvr's own server loads exports instead: leave policy.sync at auto";
    if (restart === undefined) return "the run can only restart a server that it started (policy.vllm)";
    return format === "weights" ? undefined : "it carries whole weights: set trainer.torch.mode to full";
  },
};

/** Whether a way would be worth telling of: the others need another trainer or another kind of server. */
function isMeant(way: WeightSync["way"], { kind }: ServerOffers, format: "weights" | "lora"): boolean {
  if (way === "export") return kind === "rlvr";
  return kind !== "rlvr" && way === (format === "lora" ? "lora" : "reload");
}

/** A server of the run's own is started again on the new weights. */
function restartSync({ model }: ServerOffers, restart: SyncingRun["restart"]): WeightSync {
  let served: string | undefined;
  return {
    way: "restart",
    async load(_, { directory }) {
      // Whoever starts it after it died starts it on what it had.
      if (directory !== served) await restart?.(directory);
      served = directory;
      return { model };
    },
  };
}
