import { setTimeout as sleep } from "node:timers/promises";
import { RlvrError } from "../core/errors.ts";
import { deriveSeed } from "../core/random.ts";
import { chooseReplica } from "./choose-replica.ts";
import type { HttpPolicyClient } from "./http-policy-client.ts";
import type { Completion, CompletionRequest, CompletionSpan } from "./policy-client.ts";
import type { Replica } from "./replica.ts";
import { ReplicaFailure } from "./replica-failure.ts";
import type { ProbeComparison } from "./vllm/compare-probe.ts";
import { WaitingRequests } from "./waiting-requests.ts";
import type { ServedWeights } from "./weight-sync.ts";

/** How long a pool goes on trying. */
export interface Patience {
  /** Tries of one request that a server may answer with a failure (5xx, broken answers). */
  readonly failures: number;
  /** Tries of one request that servers reject for its content, or answer with log-probabilities that are no numbers. */
  readonly rejections: number;
  /** Tries of one request in all before its time counts. */
  readonly tries: number;
  /** How long a request is tried again that nobody answers, in milliseconds. */
  readonly outageMs: number;
  /** Wait before the second try, in milliseconds; doubled before each further one. */
  readonly delayMs: number;
  /** Longest wait between two tries, in milliseconds. */
  readonly longestDelayMs: number;
}

/** What a run does: it outlives three minutes without any server. */
export const PATIENCE: Patience = {
  failures: 5,
  rejections: 2,
  tries: 5,
  outageMs: 180_000,
  delayMs: 50,
  longestDelayMs: 5_000,
};

/** Where the requests of a group go: one replica keeps their prompt cached. */
interface Group {
  /** What it samples under; undefined: whatever is served. */
  readonly weights: ServedWeights | undefined;
  replica: Replica | undefined;
  /** Why one of its requests was given up: then none is made again. */
  failure: unknown;
}

/** A request that waits for a replica. */
interface Waiting {
  readonly group: Group;
  /** A replica that just failed it. */
  readonly avoided: Replica | undefined;
  readonly begin: (replica: Replica) => void;
}

/** A replica was switched to a version while others may sample under another. */
export interface ReplicaSwitch {
  readonly policyVersion: number;
  /** How long it took to answer from it. */
  readonly seconds: number;
  /** How it stands to the probe of the weights, where they come with one. */
  readonly comparison: ProbeComparison | undefined;
}

/** Told of each switch. */
export type SwitchListener = (switched: ReplicaSwitch) => void;

/**
 * Policy servers that serve the same policy. A request goes to the replica with the least to do, those of a group to
 * the same; one that fails is made again, elsewhere if there is an elsewhere, after a jittered wait. Requests under several
 * versions of the weights are served side by side: replicas are switched one by one, as {@link chooseReplica} says.
 */
export class ReplicaPool {
  /** How many need a version. */
  readonly #inUse = new Map<number, number>();
  readonly #onSwitch: SwitchListener;
  readonly #waiting = new WaitingRequests<Waiting>();
  readonly #replicas: readonly Replica[];
  readonly #patience: Patience;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;

  /** @param replicasOf given the signal that ends all their work: that of the caller, or of {@link close}. */
  constructor(
    replicasOf: (signal: AbortSignal) => readonly [Replica, ...Replica[]],
    patience: Patience,
    signal: AbortSignal,
    onSwitch: SwitchListener = () => undefined,
  ) {
    this.#onSwitch = onSwitch;
    this.#signal = AbortSignal.any([signal, this.#closing.signal]);
    this.#replicas = replicasOf(this.#signal);
    this.#patience = patience;
  }

  /** Most tokens of prompt and completion together that every replica takes. */
  get maxModelLength(): number {
    return Math.min(...this.#replicas.map(({ description }) => description?.maxModelLength ?? Infinity));
  }

  /**
   * Brings the replicas up. One is enough: the others join when they are there.
   * @throws RlvrError `policy_unreachable` when there is none, at once: somebody is watching a run that begins.
   */
  async start(): Promise<void> {
    await this.#everyReplica((replica) => replica.use(() => Promise.resolve()));
    if (this.#replicas.every(({ description }) => description === undefined)) throw this.#nobody("answers");
  }

  /**
   * Serves other weights from now on. A replica that is down gets them before it is used again.
   * @returns how each replica that has them now stands to the weights' probe, where they come with one.
   */
  async load(weights: ServedWeights): Promise<ProbeComparison[]> {
    const probed: ProbeComparison[] = [];
    await this.#everyReplica(async (replica) => {
      const comparison = await replica.load(weights);
      if (comparison !== undefined) probed.push(comparison);
    });
    // Somebody must have them, however long that takes.
    await this.use(() => Promise.resolve());
    return probed;
  }

  /** Lends the servers' accelerators to the trainer until weights are loaded next, where the way of syncing does that. */
  async suspend(): Promise<void> {
    await this.#everyReplica((replica) => replica.suspend());
  }

  /**
   * Does something with a client of any replica, again when that failed in a way that may pass.
   * @param signal ends the tries of this call.
   */
  use<T>(work: (client: HttpPolicyClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const group: Group = { weights: undefined, replica: undefined, failure: undefined };
    return this.#try(group, (replica) => replica.use(work), this.#until(signal));
  }

  /** Keeps a version served, once a replica is idle, until something is done that samples under it. */
  async under<T>({ policyVersion }: ServedWeights, work: () => Promise<T>): Promise<T> {
    this.#inUse.set(policyVersion, (this.#inUse.get(policyVersion) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#inUse.get(policyVersion) ?? 1) - 1;
      if (left > 0) this.#inUse.set(policyVersion, left);
      else this.#inUse.delete(policyVersion);
      this.#admit();
    }
  }

  /**
   * Samples the completions of a prompt, a request each: one that fails is drawn again, the same, from its own seed, and
   * the others are kept. Only where the servers want whole groups they get them.
   * @param until ends the requests of this call.
   * @param weights to sample under, in {@link under} of them; undefined takes what was loaded last.
   * @throws ReplicaFailure with the code `sampling_failed` or `prompt_too_long` when this prompt cannot be sampled, though
   * others may.
   */
  async complete(request: CompletionRequest, until?: AbortSignal, weights?: ServedWeights): Promise<Completion[]> {
    const signal = this.#until(until);
    const group: Group = { weights, replica: undefined, failure: undefined };
    const { n, seed } = request;
    const takesGroups = this.#replicas.every(({ description }) => description?.takesGroups !== false);
    if (takesGroups || n === 1) return this.#try(group, (replica) => replica.complete(request, signal), signal);
    const drawn = await Promise.allSettled(
      Array.from({ length: n }, async (_, index) => {
        const one = { ...request, n: 1, seed: seed + index };
        const [completion] = await this.#try(group, (replica) => replica.complete(one, signal), signal);
        return completion as Completion;
      }),
    );
    return drawn.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
  }

  /**
   * Samples one completion in spans: when other weights are loaded it goes on from its tokens under them, at any replica.
   * @param take given each span as it ends; the last is one that is not interrupted.
   * @param until ends the requests of this call.
   */
  async completeInSpans(
    request: CompletionRequest,
    take: (span: CompletionSpan) => void,
    until?: AbortSignal,
  ): Promise<void> {
    const signal = this.#until(until);
    let { promptIds, maxTokens } = request;
    for (let place = 0; ; place++) {
      const group: Group = { weights: undefined, replica: undefined, failure: undefined };
      // Not the seed that its first tokens were drawn with: the same random numbers would be drawn again.
      const seed = place === 0 ? request.seed : deriveSeed(request.seed, "span", place);
      const part = { ...request, n: 1, promptIds, maxTokens, seed };
      const span = await this.#try(group, (replica) => replica.span(part, signal), signal);
      if (span.tokenIds.length > 0) take(span);
      if (span.finishReason !== "interrupted") return;
      promptIds = [...promptIds, ...span.tokenIds];
      maxTokens -= span.tokenIds.length;
    }
  }

  /** Ends every request and every wait for another try, and then the replicas. */
  async close(): Promise<void> {
    this.#closing.abort(closed());
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  #until(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#signal : AbortSignal.any([this.#signal, signal]);
  }

  async #try<T>(group: Group, work: (replica: Replica) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { failures, rejections, tries, outageMs, delayMs, longestDelayMs } = this.#patience;
    let began: number | undefined;
    let failed = 0;
    let rejected = 0;
    let avoided: Replica | undefined;
    for (let attempt = 1; ; attempt++) {
      let replica: Replica | undefined;
      try {
        return await this.#onReplica(group, avoided, signal, (chosen) => work((replica = chosen)));
      } catch (error) {
        if (replica === undefined) throw error;
        const isPassing = error instanceof ReplicaFailure;
        if (isPassing && (error.kind === "failed" || error.kind === "stale")) failed++;
        if (isPassing && (error.kind === "unusable" || error.kind === "refused")) rejected++;
        const now = performance.now();
        began ??= now;
        if (!isPassing || failed >= failures || rejected >= rejections) group.failure ??= error;
        else if (attempt >= tries && now - began >= outageMs)
          group.failure ??= this.#nobody(`has answered for ${Math.round((now - began) / 1000)} s`);
        if (group.failure !== undefined) throw group.failure;
        avoided = replica;
      } finally {
        this.#admit();
      }
      const usableIn = Math.min(...this.#replicas.map(({ usableAt }) => usableAt)) - performance.now();
      const backoff = Math.min(longestDelayMs, delayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      const left = Math.max(0, began + outageMs - performance.now());
      const wait = Math.min(Math.max(backoff, usableIn), Math.max(backoff, left));
      // The next try reports an abort, with its reason.
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Does something with the group's replica; with a new one when that failed, rests or serves another version, once one may
   * serve it. It is begun at once then: what is pending decides where the next request goes.
   */
  #onReplica<T>(
    group: Group,
    avoided: Replica | undefined,
    signal: AbortSignal,
    work: (replica: Replica) => Promise<T>,
  ): Promise<T> {
    const own = this.#ownReplica(group, avoided);
    if (own !== undefined) return work(own);
    if (signal.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const version = group.weights?.policyVersion;
    const begin = (replica: Replica): void => {
      signal.removeEventListener("abort", end);
      resolve(work(replica));
    };
    const waiting: Waiting = { group, avoided, begin };
    const end = (): void => {
      this.#waiting.delete(version, waiting);
      reject(signal.reason);
    };
    signal.addEventListener("abort", end, { once: true });
    this.#waiting.add(version, waiting);
    this.#admit();
    return promise;
  }

  /** Begins the requests that a replica may take: one may have become idle, or a version is needed no more. */
  #admit(): void {
    this.#waiting.admit(({ group, avoided, begin }) => {
      const replica = this.#ownReplica(group, avoided) ?? this.#choose(group, avoided);
      if (replica !== undefined) begin(replica);
      return replica !== undefined;
    });
  }

  /** The replica that a group has, where it may be asked. */
  #ownReplica({ replica, weights }: Group, avoided: Replica | undefined): Replica | undefined {
    const isFit = weights === undefined || replica?.policyVersion === weights.policyVersion;
    return replica !== undefined && isFit && this.#isGood(avoided)(replica) ? replica : undefined;
  }

  /** Another replica for a group; undefined while none may serve it. */
  #choose(group: Group, avoided: Replica | undefined): Replica | undefined {
    const { weights } = group;
    const isGood = this.#isGood(avoided);
    const views = this.#replicas.map((replica) => ({
      version: replica.policyVersion,
      pending: replica.pending,
      isGood: isGood(replica),
    }));
    const inUse = new Set(this.#inUse.keys());
    const chosen = chooseReplica(views, weights?.policyVersion, inUse, this.#waiting.size);
    const replica = this.#replicas[chosen?.place ?? -1];
    if (replica === undefined) return undefined;
    if (chosen?.isSwitched === true && weights !== undefined) void this.#switch(replica, weights);
    group.replica = replica;
    return replica;
  }

  /** Whether replicas may be asked: they do not rest, and are not the one to be avoided where there is another. */
  #isGood(avoided: Replica | undefined): (replica: Replica) => boolean {
    const now = performance.now();
    const isUsable = (replica: Replica): boolean => replica.usableAt <= now;
    const isElsewhere = avoided === undefined || this.#replicas.some((other) => other !== avoided && isUsable(other));
    return (replica) => isUsable(replica) && (replica !== avoided || !isElsewhere);
  }

  /** Brings weights into an idle replica. What fails is met by the requests that wait for it. */
  async #switch(replica: Replica, weights: ServedWeights): Promise<void> {
    const started = performance.now();
    const { policyVersion } = weights;
    try {
      const comparison = await replica.switchTo(weights);
      this.#onSwitch({ policyVersion, seconds: (performance.now() - started) / 1000, comparison });
    } catch {
      // Told by the requests.
    }
  }

  /** Does something with every replica. @throws what is no failure of a replica alone. */
  async #everyReplica(work: (replica: Replica) => Promise<void>): Promise<void> {
    await Promise.all(
      this.#replicas.map((replica) =>
        work(replica).catch((error: unknown) => {
          if (!(error instanceof ReplicaFailure)) throw error;
        }),
      ),
    );
  }

  #nobody(what: string): RlvrError {
    const state = this.#replicas.map(({ name, lastFailure }) => `${name}: ${lastFailure?.message ?? "no failure"}`);
    return new RlvrError("policy_unreachable", `no policy server ${what}: ${state.join("; ")}`, {
      advice: "Start one, and try again; a run goes on with: rlvr resume",
      cause: this.#replicas.find(({ lastFailure }) => lastFailure !== undefined)?.lastFailure,
      retryable: true,
    });
  }
}

function closed(): RlvrError {
  return new RlvrError("interrupted", "the policy servers are no longer in use", { advice: "Nothing is lost." });
}
