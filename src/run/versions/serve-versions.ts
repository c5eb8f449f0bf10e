import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import type { PolicyProcess } from "../../policy/policy-process.ts";
import { startVllm } from "../../policy/vllm/start-vllm.ts";
import { lockRun } from "../../tracking/run-lock.ts";
import { createPolicyService, syncOfOffers, type PolicyService } from "../services/policy-service.ts";
import { adapterRank, servePolicy } from "../services/serve-policy.ts";
import type { OpenedVersion } from "./open-version.ts";

/** Versions that answer side by side, until they are closed. */
export interface ServedVersions {
  /** One a version, in their order. */
  readonly policies: readonly PolicyService[];
  close(): Promise<void>;
}

/**
 * Serves versions of runs side by side, each as its run serves itself. Adapters of one model share a vLLM that is started;
 * a run whose servers somebody else runs cannot work meanwhile.
 * @throws RlvrError like servePolicy, `run_locked` of a run that works, `bad_usage` for two versions of all weights on
 * servers that hold one.
 */
export async function serveVersions(versions: readonly OpenedVersion[], signal: AbortSignal): Promise<ServedVersions> {
  refuseOneServer(versions);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    for (const { directory, runId } of borrowedRuns(versions)) {
      const lock = lockRun(directory, runId);
      closers.push(async () => lock.release());
    }
    const shared = sharesServer(versions) ? await startShared(versions, signal) : undefined;
    if (shared !== undefined) closers.push(() => shared.stop());
    const policies: PolicyService[] = [];
    for (const [place, version] of versions.entries()) {
      const policy = await serve(version, place, shared, signal);
      policies.push(policy);
      closers.push(() => end(version, policy, signal));
    }
    return { policies, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function serve(
  { recipe, directory, weights }: OpenedVersion,
  place: number,
  shared: PolicyProcess | undefined,
  signal: AbortSignal,
): Promise<PolicyService> {
  // Adapters are told apart from what the run loads itself, and from those of the other version.
  const namespace = join(directory, `beside-${place}`);
  const onRestart = (): void => undefined;
  if (shared === undefined) return servePolicy(recipe, { namespace, weights, onRestart, signal });
  return createPolicyService({
    modelDirectory: recipe.policy.model,
    urls: [shared.url],
    apiKey: shared.apiKey,
    mode: recipe.policy.mode,
    device: recipe.policy.device,
    weights,
    chooseSync: syncOfOffers({ wanted: "lora", exportFormat: "lora", namespace }),
    onRestart,
    signal,
  });
}

/** Takes an adapter out of servers that others run; whole weights stay there until the next load. */
async function end({ recipe }: OpenedVersion, policy: PolicyService, signal: AbortSignal): Promise<void> {
  try {
    if (recipe.policy.url !== undefined && adapterRank(recipe) !== undefined && !signal.aborted)
      await policy.load({ policyVersion: 0, directory: undefined });
  } finally {
    await policy.close();
  }
}

/** Runs whose servers somebody else runs, each once. */
function borrowedRuns(versions: readonly OpenedVersion[]): { readonly directory: string; readonly runId: number }[] {
  const borrowed = versions.filter(({ recipe }) => recipe.policy.url !== undefined);
  return [...new Map(borrowed.map(({ run, directory }) => [directory, { directory, runId: run.id }])).values()];
}

/** Whether one vLLM can hold all versions: several adapters of one model, and base models of theirs. */
function sharesServer([first, ...others]: readonly OpenedVersion[]): boolean {
  if (first === undefined || others.length === 0) return false;
  return isAdapterOfVllm(first) && others.every((other) => isAdapterOfVllm(other) && haveOneServer(first, other));
}

function isAdapterOfVllm({ recipe }: OpenedVersion): boolean {
  return recipe.policy.vllm !== undefined && adapterRank(recipe) !== undefined;
}

function haveOneServer({ recipe: a }: OpenedVersion, { recipe: b }: OpenedVersion): boolean {
  return isDeepStrictEqual(serverOf(a), serverOf(b));
}

function serverOf({ policy: { model, vllm, trust_remote_code } }: Recipe) {
  return { model, vllm, trust_remote_code };
}

function startShared(versions: readonly OpenedVersion[], signal: AbortSignal): Promise<PolicyProcess> {
  const { policy } = (versions[0] as OpenedVersion).recipe;
  return startVllm({
    ...policy.vllm,
    modelDirectory: policy.model,
    loraRank: Math.max(...versions.map(({ recipe }) => adapterRank(recipe) ?? 0)),
    trustRemoteCode: policy.trust_remote_code,
    signal,
  });
}

/** Refuses two versions of all weights on servers that others run: the second would replace the first there. */
function refuseOneServer(versions: readonly OpenedVersion[]): void {
  const whole = versions.filter(({ recipe }) => recipe.policy.url !== undefined && adapterRank(recipe) === undefined);
  const urls = whole.flatMap(({ recipe }) => [recipe.policy.url ?? []].flat());
  if (new Set(urls).size === urls.length) return;
  throw new RlvrError(
    "bad_usage",
    "the server at policy.url holds one version at a time, since its run trains all weights",
    {
      advice: "Take one version after the other. Or compare them over a whole set: rlvr eval --compare A B",
    },
  );
}
