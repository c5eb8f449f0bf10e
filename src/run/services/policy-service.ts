import { randomUUID } from "node:crypto";
import type { Software } from "../../core/software.ts";
import type { Completion, CompletionRequest, CompletionSpan, PolicyClient } from "../../policy/policy-client.ts";
import { BREAKER, type BreakerSettings } from "../../policy/replica-breaker.ts";
import { PATIENCE, ReplicaPool, type Patience, type SwitchListener } from "../../policy/replica-pool.ts";
import { childServer, runningServer, type ReplicaSource } from "../../policy/replica-source.ts";
import { Replica, type ChooseSync } from "../../policy/replica.ts";
import type { ReplicaListener } from "../../policy/replica-standing.ts";
import type { Timeouts } from "../../policy/http-exchange.ts";
import { startPolicyServer, type PolicyProcess, type PolicyProcessOptions } from "../../policy/policy-process.ts";
import { refuseUnfit } from "../../policy/refuse-unfit.ts";
import { probeServer, type ServerOffers } from "../../policy/server-offers.ts";
import type { ProbeComparison } from "../../policy/vllm/compare-probe.ts";
import { wakeSleeper } from "../../policy/vllm/sleep-sync.ts";
import { resumeHalfLoaded } from "../../policy/vllm/reload-sync.ts";
import { refuseOpenHost } from "../../policy/vllm/reachable-host.ts";
import { startVllm, type VllmOptions } from "../../policy/vllm/start-vllm.ts";
import { chooseWeightSync, type ServedWeights, type WeightSync } from "../../policy/weight-sync.ts";

/** Keeps policy servers on the current weights; see {@link createPolicyService}. */
export interface PolicyService {
  /**
   * Does something with a client; what fails in a way that may pass is done again, with another server if need be, until
   * the signal aborts.
   */
  call<T>(work: (client: PolicyClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Keeps a version served, once a server is idle, until something is done that samples under it. */
  under<T>(weights: ServedWeights, work: () => Promise<T>): Promise<T>;
  /**
   * Samples under weights, in {@link under} of them, or under those that were loaded last: what a server with others says is
   * thrown away.
   * @throws RlvrError `sampling_failed` or `prompt_too_long` when no server samples from this prompt, though it may from
   * others.
   */
  complete(request: CompletionRequest, signal?: AbortSignal, weights?: ServedWeights): Promise<Completion[]>;
  /**
   * Samples one completion in spans: when weights are loaded it goes on from its tokens under them, at any server.
   * @param take given each span as it ends; the last is one that is not interrupted.
   */
  completeInSpans(
    request: CompletionRequest,
    take: (span: CompletionSpan) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Most tokens of prompt and completion together. */
  readonly maxModelLength: number;
  /** What serves it, as it was last probed; undefined before, and where nothing tells. */
  software(): Software | undefined;
  /** Serves the weights of an export from now on. Gives how each server stands to their probe, where they have one. */
  load(weights: ServedWeights): Promise<ProbeComparison[]>;
  /** Lends the servers' accelerators to the trainer until the next load, where the way of syncing does that (`sleep`). */
  suspend(): Promise<void>;
  /** Ends the servers that it started, and every call that is still waiting for one. */
  close(): Promise<void>;
}

/** How to serve a policy. */
export interface PolicyServiceOptions {
  readonly modelDirectory: string;
  /** File of version 0's weights in place of the model's own. */
  readonly baseWeights?: string | undefined;
  /** Servers that somebody else runs, all of the same weights; none starts a child process on the model. */
  readonly urls: readonly string[];
  /** Sent to them as a bearer token. */
  readonly apiKey?: string | undefined;
  /** How to start a server that is to be vLLM; undefined for rlvr's own. */
  readonly vllm?: Pick<VllmOptions, "python" | "args" | "loraRank" | "trustRemoteCode"> | undefined;
  readonly mode: "deterministic" | "fast";
  /** Where rlvr's own server runs. Default: the processor. */
  readonly device?: PolicyProcessOptions["device"];
  /** File that the output of a server that is started is appended to. Default: none. */
  readonly log?: string | undefined;
  /** Which weights to serve; undefined takes whatever the servers have. */
  readonly weights: ServedWeights | undefined;
  /** Finds how weights get into a server. Default: {@link syncOfOffers} of whole weights. */
  readonly chooseSync?: ChooseSync;
  /** See {@link PolicyService.software}. Default: nothing tells. */
  readonly software?: PolicyService["software"];
  /** Told when the child died and was started again. */
  readonly onRestart: (reason: string, policyVersion: number) => void;
  /** Told when a server goes out of use, and when it is back. */
  readonly onReplica?: ReplicaListener | undefined;
  /** Told when a server was switched to other weights while sampling runs ahead. */
  readonly onSwitch?: SwitchListener | undefined;
  /** Default: {@link PATIENCE}. */
  readonly patience?: Partial<Patience>;
  /** Default: {@link BREAKER}. */
  readonly breaker?: BreakerSettings;
  readonly timeouts?: Partial<Timeouts>;
  readonly signal: AbortSignal;
}

/**
 * Serves a policy for a run: as a child process from a model directory, or at URLs where somebody else serves it.
 * @throws RlvrError `policy_unreachable` when no server is there, and what starting one throws.
 */
export async function createPolicyService(options: PolicyServiceOptions): Promise<PolicyService> {
  let { weights } = options;
  const { timeouts, apiKey, breaker = BREAKER } = options;
  const chooseSync = options.chooseSync ?? syncOfOffers({ wanted: "auto", exportFormat: "weights", namespace: "" });
  const cacheSalt = randomUUID();
  const replicasOf = (signal: AbortSignal): [Replica, ...Replica[]] => {
    const child = (): ReplicaSource =>
      childServer(startOf({ ...options, signal }), (reason) => options.onRestart(reason, weights?.policyVersion ?? 0));
    const [first = child(), ...others] = options.urls.map((url) => runningServer({ url, apiKey, timeouts }));
    const replicaOf = (source: ReplicaSource): Replica =>
      new Replica(source, weights, { chooseSync, breaker, cacheSalt, onState: options.onReplica, signal });
    return [replicaOf(first), ...others.map(replicaOf)];
  };
  const pool = new ReplicaPool(replicasOf, { ...PATIENCE, ...options.patience }, options.signal, options.onSwitch);
  try {
    await pool.start();
  } catch (error) {
    // A server that came up but cannot serve these weights would keep this process from ending.
    await pool.close();
    throw error;
  }
  return {
    call: (work, signal) => pool.use(work, signal),
    under: (under, work) => pool.under(under, work),
    complete: (request, signal, under) => pool.complete(request, signal, under),
    completeInSpans: (request, take, signal) => pool.completeInSpans(request, take, signal),
    get maxModelLength() {
      return pool.maxModelLength;
    },
    software: options.software ?? (() => undefined),
    async load(next) {
      weights = next;
      return pool.load(next);
    },
    suspend: () => pool.suspend(),
    close: () => pool.close(),
  };
}

/**
 * Starts a server of the run's own: vLLM where that is asked for, at the same port and with the same key each time, so that
 * a connection outlives a restart; else rlvr's.
 */
function startOf({ modelDirectory, baseWeights, mode, device, vllm, log, signal }: PolicyServiceOptions) {
  let port: number | undefined;
  let apiKey: string | undefined;
  return async (weights: string | undefined): Promise<PolicyProcess> => {
    if (vllm === undefined)
      return startPolicyServer({ modelDirectory, weights: baseWeights, mode, device, log, signal });
    refuseOpenHost(vllm.args ?? []);
    const started = await startVllm({ ...vllm, modelDirectory, weights, port, apiKey, log, signal });
    apiKey = started.apiKey;
    port = Number(new URL(started.url).port);
    return started;
  };
}

/**
 * Finds how weights get into a server by probing it.
 * @throws RlvrError `bad_recipe` when it cannot serve a run, or new weights cannot reach it.
 */
export function syncOfOffers(run: {
  readonly wanted: "auto" | WeightSync["way"];
  readonly exportFormat: "weights" | "lora";
  /** Tells runs apart that share a server. */
  readonly namespace: string;
  /** Told what a server is and offers. */
  readonly onOffers?: (offers: ServerOffers) => void;
}): ChooseSync {
  const { wanted, exportFormat, namespace, onOffers } = run;
  return async (server, restart, signal) => {
    if (wanted === "sleep") await wakeSleeper(server, exportFormat, namespace, signal);
    else if (exportFormat === "weights") await resumeHalfLoaded(server, namespace, signal);
    const offers = await probeServer(server, signal);
    refuseUnfit(server.url, offers);
    onOffers?.(offers);
    return chooseWeightSync(offers, wanted, exportFormat, { namespace, restart });
  };
}
