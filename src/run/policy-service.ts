import { isRlvrError, RlvrError, messageOf } from "../core/errors.ts";
import { HttpPolicyClient } from "../policy/http-policy-client.ts";
import type { Completion, CompletionRequest, PolicyClient } from "../policy/policy-client.ts";
import { startPolicyServer, type PolicyProcess } from "../policy/policy-process.ts";
import { withRetry, type RetryPolicy } from "../sampling/retry.ts";

/** Keeps a policy server answering with the weights it should have; see {@link createPolicyService}. */
export interface PolicyService {
  /** Does something with the client; when the server died, brings it back with its weights and tries again. */
  call<T>(work: (client: PolicyClient) => Promise<T>): Promise<T>;
  /** Samples under the weights that should be served: what a server with others says is thrown away. */
  complete(request: CompletionRequest): Promise<Completion[]>;
  /** Most tokens of prompt and completion together. */
  readonly maxModelLength: number;
  /** Serves the weights of an export from now on. */
  load(weights: ServedWeights): Promise<void>;
  close(): Promise<void>;
}

/** Weights to serve: version 0 without a directory is the base that the server starts with. */
export interface ServedWeights {
  readonly policyVersion: number;
  readonly directory: string | undefined;
}

const RETRY: RetryPolicy = { attempts: 8, delayMs: 50 };

/**
 * Serves a policy for a run: as a child process from a model directory, or at a URL where somebody else serves it.
 * @param onRestart told when the child died and was started again.
 */
export async function createPolicyService(options: {
  readonly modelDirectory: string;
  /** File of version 0's weights in place of the model's own. */
  readonly baseWeights?: string | undefined;
  readonly url: string | undefined;
  readonly mode: "deterministic" | "fast";
  /** Which weights to serve; undefined takes whatever the server has. */
  readonly weights: ServedWeights | undefined;
  readonly onRestart: (reason: string, policyVersion: number) => void;
  readonly signal: AbortSignal;
}): Promise<PolicyService> {
  let weights = options.weights;
  let server: PolicyProcess | undefined;
  let alive = false;
  let connection: PolicyClient | undefined;
  /** The connection, once the server at its other end is known to have the right weights. */
  let client: PolicyClient | undefined;
  let starting: Promise<PolicyClient> | undefined;
  let maxModelLength = 0;

  const start = async (): Promise<PolicyClient> => {
    client = undefined;
    await connection?.close();
    if (options.url === undefined) {
      await server?.stop();
      const started = await startPolicyServer({
        modelDirectory: options.modelDirectory,
        weights: options.baseWeights,
        mode: options.mode,
        signal: options.signal,
      });
      server = started;
      alive = true;
      void started.exited.then(() => (alive = alive && server !== started));
    }
    const url = options.url ?? server?.url ?? "";
    const fresh = new HttpPolicyClient({ url });
    connection = fresh;
    const description = await fresh.describe(options.signal);
    const { policyVersion } = description;
    maxModelLength = description.maxModelLength;
    if (weights !== undefined && policyVersion !== weights.policyVersion)
      await loadInto(fresh, weights, options.signal);
    client = fresh;
    return fresh;
  };

  /** One start at a time, however many calls found the server dead. */
  const ready = (): Promise<PolicyClient> => {
    starting ??= start().finally(() => (starting = undefined));
    return starting;
  };

  /** Brings the server back, unless another call that failed on the same connection already has or does. */
  const recover = async (error: unknown, used: PolicyClient | undefined): Promise<void> => {
    if (starting !== undefined || used !== client) return;
    const isSilent = isRlvrError(error) && error.code === "policy_unreachable";
    if (options.url !== undefined) {
      // Somebody else brings it back, perhaps with other weights: connect anew, and load ours again.
      client = undefined;
    } else if (!alive || isSilent) {
      // A child that answers no more is as good as dead, also while it still drains after a signal.
      options.onRestart(messageOf(error), weights?.policyVersion ?? 0);
      await ready();
    }
  };

  const call = <T>(work: (client: PolicyClient) => Promise<T>): Promise<T> => {
    let used: PolicyClient | undefined;
    const attempt = async (): Promise<T> => {
      used = await (starting ?? client ?? ready());
      return work(used);
    };
    return withRetry(RETRY, attempt, (error) => recover(error, used), options.signal);
  };

  const complete: PolicyService["complete"] = (request) =>
    call(async (current) => {
      const wanted = weights?.policyVersion;
      const completions = await current.complete(request, options.signal);
      const other = completions.find(({ policyVersion }) => policyVersion !== undefined && policyVersion !== wanted);
      if (wanted === undefined || other === undefined) return completions;
      throw otherWeights(current.url, other.policyVersion, wanted);
    });

  const close = async (): Promise<void> => {
    await connection?.close();
    await server?.stop();
  };

  try {
    await ready();
  } catch (error) {
    // A server that came up but cannot serve these weights would keep this process from ending.
    await close();
    throw error;
  }
  return {
    call,
    complete,
    get maxModelLength() {
      return maxModelLength;
    },
    async load(next) {
      weights = next;
      await call((current) => loadInto(current, next, options.signal));
    },
    close,
  };
}

async function loadInto(client: PolicyClient, weights: ServedWeights, signal: AbortSignal): Promise<void> {
  if (weights.directory === undefined) {
    throw new RlvrError("policy_failed", `the policy server at ${client.url} serves other weights than the base`, {
      advice: "Restart it on the recipe's policy.model, or let the run serve the policy itself (leave out policy.url).",
    });
  }
  await client.loadExport(weights.directory, weights.policyVersion, signal);
}

function otherWeights(url: string, found: number | undefined, wanted: number): RlvrError {
  return new RlvrError("policy_failed", `${url} sampled with policy version ${found} instead of ${wanted}`, {
    advice: "Its completions were not used. Let nobody else load weights into a server that a run samples from.",
    retryable: true,
  });
}
