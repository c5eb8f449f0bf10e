import { join } from "node:path";
import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import { lockRun } from "../../tracking/run-lock.ts";
import { createPolicyService, type PolicyService } from "../services/policy-service.ts";
import { adapterRank, servePolicy } from "../services/serve-policy.ts";

/** What an evaluation is of. */
export type SuitePolicy =
  /** Weights over a policy in rlvr's ONNX layout. */
  | { readonly kind: "weights"; readonly model: string; readonly weights: ServedWeights }
  /** Whatever a server that somebody else runs has. */
  | { readonly kind: "server"; readonly url: string; readonly apiKey: string | undefined }
  /** A version of a run, served as the run serves it. */
  | {
      readonly kind: "run";
      readonly runId: number;
      readonly recipe: Recipe;
      /** The run's own folder. */
      readonly directory: string;
      readonly weights: ServedWeights;
    };

/** A policy that answers, until it is closed. */
export type OpenPolicy = Pick<PolicyService, "call" | "complete" | "close">;

/**
 * Serves a policy for an evaluation.
 * @throws RlvrError like {@link createPolicyService}, and `run_locked` when a run that works loads its weights into the
 * same servers.
 */
export async function openSuitePolicy(policy: SuitePolicy, signal: AbortSignal): Promise<OpenPolicy> {
  const onRestart = (): void => undefined;
  switch (policy.kind) {
    case "weights":
      return createPolicyService({
        modelDirectory: policy.model,
        urls: [],
        mode: "deterministic",
        weights: policy.weights,
        onRestart,
        signal,
      });
    case "server":
      return createPolicyService({
        modelDirectory: "",
        urls: [policy.url],
        apiKey: policy.apiKey,
        mode: "deterministic",
        weights: undefined,
        onRestart,
        signal,
      });
    case "run":
      return policy.recipe.policy.url === undefined
        ? servePolicy(policy.recipe, { ...optionsOf(policy), onRestart, signal })
        : borrowServers(policy, signal);
  }
}

/**
 * What an evaluation loads is told apart from what the run itself loads: neither takes the other's adapter for one that
 * a killed process of its own left behind.
 */
function optionsOf({ directory, weights }: Extract<SuitePolicy, { kind: "run" }>) {
  return { namespace: join(directory, "evaluation"), weights };
}

/**
 * Samples from the servers at the run's `policy.url`, with the evaluation's weights in them. The run cannot work
 * meanwhile: it would sample from other weights than its own. It loads its own when it goes on.
 */
async function borrowServers(policy: Extract<SuitePolicy, { kind: "run" }>, signal: AbortSignal): Promise<OpenPolicy> {
  const { recipe, directory, runId } = policy;
  const lock = lockRun(directory, runId);
  try {
    const service = await servePolicy(recipe, { ...optionsOf(policy), onRestart: () => undefined, signal });
    return {
      call: (work, until) => service.call(work, until),
      complete: (request, until) => service.complete(request, until),
      async close() {
        try {
          // Takes the adapter out again; whole weights stay until the next load.
          if (adapterRank(recipe) !== undefined && !signal.aborted)
            await service.load({ policyVersion: 0, directory: undefined });
        } finally {
          await service.close();
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The policy that a suite names, to be evaluated with some weights.
 * @throws RlvrError `bad_usage` when it names none.
 */
export function namedPolicy(suite: { readonly name: string; readonly policy?: string | undefined }): string {
  if (suite.policy !== undefined) return suite.policy;
  throw new RlvrError("bad_usage", `the suite ${suite.name} names no policy to be evaluated`, {
    advice: "Say which: --run RUN or --policy URL; or give the suite a policy in rlvr's ONNX layout.",
  });
}
