/** Told of a replica by its name: `out` of use and why, or `back`. */
export type ReplicaListener = (replica: string, state: "out" | "back", reason: string) => void;

/** How long a replica has to answer after its last fault before it is reported as back, in milliseconds. */
const STEADY_MS = 10_000;

/**
 * Whether a replica is in use, reported at each change. One that fails and answers by turns stays out until it has answered
 * for a while: it is reported twice, not twice a second.
 */
export class ReplicaStanding {
  readonly #tell: (state: "out" | "back", reason: string) => void;
  readonly #now: () => number;
  #outSince: number | undefined;
  #lastFault = 0;

  constructor(tell: (state: "out" | "back", reason: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Notes a fault after which the replica is not used for now. */
  fault(reason: string): void {
    this.#lastFault = this.#now();
    if (this.#outSince !== undefined) return;
    this.#outSince = this.#lastFault;
    this.#tell("out", reason);
  }

  /** Notes an answer as it should be. */
  answered(): void {
    const now = this.#now();
    if (this.#outSince === undefined || now - this.#lastFault < STEADY_MS) return;
    this.#tell("back", `after ${Math.round((now - this.#outSince) / 1000)} s`);
    this.#outSince = undefined;
  }
}
