import PQueue from "p-queue";
import { z } from "zod";
import { refusalStatus } from "./http-refusal.ts";
import { HttpPolicyClient } from "./http-policy-client.ts";
import type { Completion, CompletionRequest, CompletionSpan, PolicyDescription } from "./policy-client.ts";
import { Breaker, type BreakerSettings } from "./replica-breaker.ts";
import { ReplicaFailure } from "./replica-failure.ts";
import type { ReplicaSource } from "./replica-source.ts";
import { ReplicaStanding, type ReplicaListener } from "./replica-standing.ts";
import { connectServer, type ServerAddress, type ServerConnection } from "./server-connection.ts";
import { checkProbe } from "./vllm/check-probe.ts";
import type { ProbeComparison } from "./vllm/compare-probe.ts";
import type { ServedWeights, WeightSync } from "./weight-sync.ts";

/** Most requests in flight at a replica; further ones wait here rather than in its queue, where they would time out. */
const MAX_IN_FLIGHT = 256;
/** How long a server may take to say that it is there, in milliseconds. */
const HEALTH_MS = 5_000;

/** Finds how weights get into a server; `restart` starts it again on others, where the run started it. */
export type ChooseSync = (
  server: ServerConnection,
  restart: ReplicaSource["restart"],
  signal: AbortSignal,
) => Promise<WeightSync>;

/** How replicas are kept. */
export interface ReplicaOptions {
  /** Finds how weights get into a server, once a connection. Left out for one that is never given any. */
  readonly chooseSync?: ChooseSync;
  readonly breaker: BreakerSettings;
  /** What cached prompts of one policy version are kept apart by, the version left out. */
  readonly cacheSalt: string;
  /** Told when it goes out of use, and when it is back. */
  readonly onState?: ReplicaListener | undefined;
  readonly signal: AbortSignal;
}

/** A server that is up: it answers, and serves the weights that it should. */
interface Up {
  readonly client: HttpPolicyClient;
  readonly description: PolicyDescription;
}

/**
 * One policy server, with what is known of it. It is brought up at its first use, and again after whatever makes doubtful
 * that it is there or has the right weights.
 */
export class Replica {
  readonly #source: ReplicaSource;
  readonly #options: ReplicaOptions;
  readonly #breaker: Breaker;
  readonly #standing: ReplicaStanding;
  readonly #queue = new PQueue({ concurrency: MAX_IN_FLIGHT });
  /** Ends the spans that are sampled. */
  #interrupting = new AbortController();
  #address: ServerAddress | undefined;
  #server: ServerConnection | undefined;
  #sync: WeightSync | undefined;
  #up: Promise<Up> | undefined;
  #description: PolicyDescription | undefined;
  /** Weights that it should serve; undefined takes what it has. */
  #weights: ServedWeights | undefined;
  /** Version that was last brought into it. */
  #loaded: number | undefined;
  /** Versions that it may still hold besides. */
  readonly #outdated = new Set<number>();
  /** Whether it was seen to sample from the weights of that version, and may since not have been started again. */
  #isProven = false;
  #probed: ProbeComparison | undefined;
  /** The silence after which it is not known to be there; `isLasting`: not its first in a row. */
  #doubt: { readonly failure: ReplicaFailure; readonly isLasting: boolean } | undefined;
  #lastFailure: ReplicaFailure | undefined;
  #isClosed = false;

  constructor(source: ReplicaSource, weights: ServedWeights | undefined, options: ReplicaOptions) {
    this.#source = source;
    this.#weights = weights;
    this.#options = options;
    this.#breaker = new Breaker(options.breaker);
    this.#standing = new ReplicaStanding((state, reason) => options.onState?.(this.name, state, reason));
  }

  get name(): string {
    return this.#source.name;
  }

  /** Version of the weights that it should serve; undefined takes what it has. */
  get policyVersion(): number | undefined {
    return this.#weights?.policyVersion;
  }

  /** Requests in flight and waiting. */
  get pending(): number {
    return this.#queue.size + this.#queue.pending;
  }

  /** When it may be asked again; see {@link performance.now}. */
  get usableAt(): number {
    return this.#breaker.usableAt;
  }

  /** What it said of itself when it was last brought up. */
  get description(): PolicyDescription | undefined {
    return this.#description;
  }

  /** Its newest failure since it last answered. */
  get lastFailure(): ReplicaFailure | undefined {
    return this.#lastFailure;
  }

  /** Does something with its client, once there is room. Throws what that throws. */
  async use<T>(work: (client: HttpPolicyClient) => Promise<T>): Promise<T> {
    return this.#queue.add(async () => {
      this.#options.signal.throwIfAborted();
      if (this.#breaker.usableAt > performance.now()) throw resting(this.name, this.#lastFailure);
      const up = (this.#up ??= this.#bringUp());
      let isUp = false;
      try {
        const { client } = await up;
        isUp = true;
        const result = await work(client);
        this.#breaker.succeeded();
        this.#standing.answered();
        this.#lastFailure = undefined;
        return result;
      } catch (error) {
        if (this.#up === up) {
          if (!isUp) this.#up = undefined;
          if (error instanceof ReplicaFailure) this.#blame(error);
        }
        throw error;
      }
    });
  }

  /** Samples under the weights that it should serve. @throws ReplicaFailure `stale` when it drew under others. */
  async complete(request: CompletionRequest, signal = this.#options.signal): Promise<Completion[]> {
    return this.use(async (client) => {
      const wanted = this.#weights?.policyVersion;
      const completions = await client.complete(request, signal).catch((error: unknown) => {
        throw refusalStatus(error) === 404 ? forgotten(client.url, error as Error) : error;
      });
      const other = completions.find(({ policyVersion }) => policyVersion !== undefined && policyVersion !== wanted);
      if (wanted !== undefined && other !== undefined) throw otherWeights(client.url, other.policyVersion, wanted);
      return completions.map((each) => ({ ...each, policyVersion: each.policyVersion ?? wanted }));
    });
  }

  /** Samples a span of a completion, until it ends or other weights are loaded. Throws like {@link complete}. */
  async span(request: CompletionRequest, signal = this.#options.signal): Promise<CompletionSpan> {
    return this.use(async (client) => {
      const wanted = this.#weights?.policyVersion;
      const span = await client.span(request, this.#interrupting.signal, signal).catch((error: unknown) => {
        throw refusalStatus(error) === 404 ? forgotten(client.url, error as Error) : error;
      });
      const { policyVersion = wanted } = span;
      if (wanted !== undefined && policyVersion !== wanted) throw otherWeights(client.url, policyVersion, wanted);
      return { ...span, policyVersion };
    });
  }

  /**
   * Serves other weights from now on; requests that run are waited for, but for spans, which are interrupted. What is asked
   * meanwhile is asked of the new ones.
   * @returns how its log-probabilities of the weights' probe stand to the trainer's; undefined where there is none.
   */
  async load(weights: ServedWeights): Promise<ProbeComparison | undefined> {
    this.#queue.pause();
    this.#interrupting.abort();
    await this.#queue.onPendingZero();
    this.#interrupting = new AbortController();
    const switched = this.switchTo(weights);
    this.#queue.start();
    return switched;
  }

  /** The same of one that is idle: whatever is asked of it from now on is asked of these weights. */
  async switchTo(weights: ServedWeights): Promise<ProbeComparison | undefined> {
    if (this.#loaded !== undefined) this.#outdated.add(this.#loaded);
    this.#weights = weights;
    this.#up = undefined;
    this.#isProven = false;
    this.#probed = undefined;
    await this.use(() => this.#release(weights.policyVersion));
    return this.#probed;
  }

  /** Lets go of every version but one. What fails to go stays to be let go of after the next load. */
  async #release(current: number): Promise<void> {
    this.#outdated.delete(current);
    for (const version of this.#outdated) {
      if (this.#server !== undefined) await this.#sync?.release?.(this.#server, version, this.#options.signal);
      this.#outdated.delete(version);
    }
  }

  /** Lends the server's accelerator to the trainer until weights are loaded next, where the way of syncing does that. */
  async suspend(): Promise<void> {
    if (this.#server === undefined || this.#sync?.suspend === undefined) return;
    await this.#queue.onIdle();
    await this.#sync.suspend(this.#server, this.#options.signal);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#server?.close();
    await this.#source.close();
  }

  /**
   * Notes a failure since it was last brought up; what was begun before that says nothing new by failing. The server may
   * have to be brought up again, and may rest before.
   */
  #blame(failure: ReplicaFailure): void {
    if (failure.kind === "refused") return;
    this.#lastFailure = failure;
    const { kind, retryAfterMs } = failure;
    if (kind === "busy" && retryAfterMs > 0) return this.#breaker.pause(retryAfterMs);
    const isOpen = this.#breaker.failed();
    // One that was never up is out of use from its first failure on. Failures after close() say nothing about it.
    const isOut = isOpen || kind === "stale" || this.#description === undefined;
    if (isOut && !this.#isClosed && !this.#options.signal.aborted) this.#standing.fault(failure.message);
    if (kind === "silent") this.#doubt = { failure, isLasting: isOpen };
    if (!isOpen && kind !== "silent" && kind !== "stale") return;
    this.#up = undefined;
    this.#isProven = false;
  }

  async #bringUp(): Promise<Up> {
    const { signal, cacheSalt } = this.#options;
    const doubt = this.#doubt;
    // A request can take too long at a server that is well: what else runs there must not die of it.
    const isGone = doubt !== undefined && (doubt.isLasting || !(await this.#isHealthy()));
    const address = await this.#source.open(isGone ? doubt.failure : undefined);
    this.#doubt = undefined;
    const server = await this.#connect(address);
    await server.ask("/health", { schema: z.unknown(), signal, firstByteMs: HEALTH_MS });
    const description = await new HttpPolicyClient(server).describe(signal);
    const weights = this.#weights;
    const model = weights === undefined ? description.model : await this.#serve(server, weights);
    this.#description = description;
    const version = weights?.policyVersion ?? description.policyVersion ?? 0;
    return { client: new HttpPolicyClient(server, { model, cacheSalt: `${cacheSalt}-${version}` }), description };
  }

  async #isHealthy(): Promise<boolean> {
    const { signal } = this.#options;
    return (
      this.#server?.ask("/health", { schema: z.unknown(), signal, firstByteMs: HEALTH_MS }).then(
        () => true,
        () => false,
      ) ?? false
    );
  }

  /** The connection to an address: the one there is, unless the server has moved. */
  async #connect(address: ServerAddress): Promise<ServerConnection> {
    const { url, apiKey } = address;
    if (this.#server !== undefined && this.#address?.url === url && this.#address.apiKey === apiKey)
      return this.#server;
    await this.#server?.close();
    this.#address = address;
    this.#sync = undefined;
    this.#server = connectServer(address);
    return this.#server;
  }

  /**
   * Brings the right weights into a server, and sees that it samples from them. Gives the name to ask for them by.
   * @throws RlvrError `policy_failed` when its log-probabilities are not the trainer's.
   */
  async #serve(server: ServerConnection, weights: ServedWeights): Promise<string> {
    const { chooseSync, signal } = this.#options;
    this.#sync ??= await chooseSync?.(server, this.#source.restart, signal);
    if (this.#sync === undefined) throw new Error(`${this.name} is given weights without a way for them to get there`);
    const { model } = await this.#sync.load(server, weights, signal);
    if (weights.probe !== undefined && !this.#isProven)
      this.#probed = await checkProbe(server, model, weights.probe, signal);
    this.#isProven = true;
    this.#loaded = weights.policyVersion;
    return model;
  }
}

/** The failure of a request that was not made. */
function resting(name: string, cause: ReplicaFailure | undefined): ReplicaFailure {
  const message = `${name} is left alone for a while: ${cause?.message ?? "it asked for that"}`;
  return new ReplicaFailure("busy", message, { advice: "Wait.", cause });
}

function otherWeights(url: string, found: number | undefined, wanted: number): ReplicaFailure {
  return new ReplicaFailure("stale", `${url} sampled with policy version ${found} instead of ${wanted}`, {
    advice: "Its completions were not used. Let nobody else load weights into a server that a run samples from.",
  });
}

/** The error of a server that does not know the model any more: it was started again, without the adapter. */
function forgotten(url: string, cause: Error): ReplicaFailure {
  return new ReplicaFailure("stale", `${url} does not serve the policy any more: ${cause.message}`, {
    advice: "It was probably started again. The weights are loaded anew.",
    cause,
  });
}
