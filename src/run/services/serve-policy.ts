import type { Recipe } from "../../config/recipe-schema.ts";
import { packageVersion } from "../../core/package-files.ts";
import type { Software } from "../../core/software.ts";
import type { SwitchListener } from "../../policy/replica-pool.ts";
import type { ReplicaListener } from "../../policy/replica-standing.ts";
import type { ServerOffers } from "../../policy/server-offers.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import { apiKeyOf } from "./api-keys.ts";
import { createPolicyService, syncOfOffers, type PolicyService } from "./policy-service.ts";

/**
 * Serves the policy of a recipe as its `policy` says: rlvr's own server, a vLLM that is started, or servers that run.
 * @throws RlvrError like {@link createPolicyService}, and `bad_usage` when the key of a server is not set.
 */
export function servePolicy(
  recipe: Recipe,
  options: {
    readonly weights: ServedWeights;
    /** Tells apart who shares a server, such as the absolute path of the run's directory. */
    readonly namespace: string;
    /** File that the output of a server that is started is appended to. Default: none. */
    readonly log?: string | undefined;
    /** Told when the child died and was started again. */
    readonly onRestart: (reason: string, policyVersion: number) => void;
    /** Told when a server goes out of use, and when it is back. */
    readonly onReplica?: ReplicaListener;
    /** Told when a server was switched to other weights while sampling runs ahead. */
    readonly onSwitch?: SwitchListener;
    readonly signal: AbortSignal;
  },
): Promise<PolicyService> {
  const { policy } = recipe;
  let software: Software | undefined;
  return createPolicyService({
    modelDirectory: policy.model,
    baseWeights: policy.weights,
    urls: [policy.url ?? []].flat(),
    apiKey: apiKeyOf(recipe, "policy"),
    mode: policy.mode,
    device: policy.device,
    log: options.log,
    vllm: policy.vllm && {
      ...policy.vllm,
      loraRank: adapterRank(recipe),
      trustRemoteCode: policy.trust_remote_code,
    },
    weights: options.weights,
    chooseSync: syncOfOffers({
      wanted: policy.sync,
      exportFormat: adapterRank(recipe) === undefined ? "weights" : "lora",
      namespace: options.namespace,
      onOffers(offers) {
        software = softwareOf(offers, policy.url === undefined);
      },
    }),
    software: () => software,
    onRestart: options.onRestart,
    onReplica: options.onReplica,
    onSwitch: options.onSwitch,
    signal: options.signal,
  });
}

/** A server as its offers tell; rlvr's own tells no version, but is of this one where the run started it. */
function softwareOf({ kind, version }: ServerOffers, isOurs: boolean): Software {
  const known = kind === "rlvr" && isOurs ? packageVersion() : version;
  return { part: "policy server", name: kind, versions: known === undefined ? {} : { [kind]: known } };
}

/** Rank of the adapter that the recipe trains; undefined where it trains every weight. */
export function adapterRank({ trainer: { torch } }: Recipe): number | undefined {
  return torch?.mode === "lora" ? torch.lora.rank : undefined;
}
