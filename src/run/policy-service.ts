import { randomUUID } from "node:crypto";
import { exportSync } from "../policy/export-sync.ts";
import type { Completion, CompletionRequest, PolicyClient } from "../policy/policy-client.ts";
import { BREAKER, type BreakerSettings } from "../policy/replica-breaker.ts";
import { PATIENCE, ReplicaPool, type Patience } from "../policy/replica-pool.ts";
import { childServer, runningServer, type ReplicaSource } from "../policy/replica-source.ts";
import { Replica } from "../policy/replica.ts";
import type { Timeouts } from "../policy/http-exchange.ts";
import type { ServedWeights, WeightSync } from "../policy/weight-sync.ts";

/** Keeps policy servers answering with the weights they should have; see {@link createPolicyService}. */
export interface PolicyService {
  /** Does something with a client; what fails in a way that may pass is done again, with another server if need be. */
  call<T>(work: (client: PolicyClient) => Promise<T>): Promise<T>;
  /** Samples under the weights that should be served: what a server with others says is thrown away. */
  complete(request: CompletionRequest): Promise<Completion[]>;
  /** Most tokens of prompt and completion together. */
  readonly maxModelLength: number;
  /** Serves the weights of an export from now on. */
  load(weights: ServedWeights): Promise<void>;
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
  readonly mode: "deterministic" | "fast";
  /** Which weights to serve; undefined takes whatever the servers have. */
  readonly weights: ServedWeights | undefined;
  /** How weights get into a server. Default: it loads the export, as rlvr's own does. */
  readonly sync?: WeightSync;
  /** Told when the child died and was started again. */
  readonly onRestart: (reason: string, policyVersion: number) => void;
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
  const { signal, timeouts, apiKey, sync = exportSync, breaker = BREAKER } = options;
  const child = (): ReplicaSource => {
    const { modelDirectory, baseWeights, mode, onRestart } = options;
    const started = { modelDirectory, weights: baseWeights, mode, signal };
    return childServer(started, (reason) => onRestart(reason, weights?.policyVersion ?? 0));
  };
  const [first = child(), ...others] = options.urls.map((url) => runningServer({ url, apiKey, timeouts }));
  const cacheSalt = randomUUID();
  const replicaOf = (source: ReplicaSource): Replica =>
    new Replica(source, weights, { sync, breaker, cacheSalt, signal });
  const patience = { ...PATIENCE, ...options.patience };
  const pool = new ReplicaPool([replicaOf(first), ...others.map(replicaOf)], patience, signal);
  try {
    await pool.start();
  } catch (error) {
    // A server that came up but cannot serve these weights would keep this process from ending.
    await pool.close();
    throw error;
  }
  return {
    call: (work) => pool.use(work),
    complete: (request) => pool.complete(request),
    get maxModelLength() {
      return pool.maxModelLength;
    },
    async load(next) {
      weights = next;
      await pool.load(next);
    },
    close: () => pool.close(),
  };
}
