/** Work that a replica has to do: so many tokens. */
export interface Job {
  readonly tokens: number;
  /** Told how many tokens are drawn; the last time with all of them. */
  readonly onDrawn: (drawn: number) => void;
}

interface Placed extends Job {
  readonly arrivedAt: number;
  /** When it got its slot; undefined while it waits. */
  startedAt?: number;
}

/**
 * The slots of one replica, each of which draws a token in a fixed time; who finds none waits in line. Times are those of
 * the caller's clock in milliseconds, and a slot that becomes free goes on at the very time at which it did, however late
 * the caller looks: how fast it draws does not depend on the resolution of timers.
 */
export class Slots {
  readonly #count: number;
  readonly #msPerToken: number;
  readonly #running = new Set<Placed>();
  readonly #waiting: Placed[] = [];
  #busyMs = 0;

  constructor(count: number, msPerToken: number) {
    this.#count = count;
    this.#msPerToken = msPerToken;
  }

  /** Takes a job. Returns how to cancel it at a time. */
  add(job: Job, now: number): (now: number) => void {
    this.advance(now);
    const placed: Placed = { ...job, arrivedAt: now };
    this.#waiting.push(placed);
    this.#fill(now);
    return (at) => this.#cancel(placed, at);
  }

  /** Tells every job how far it is. */
  advance(now: number): void {
    for (;;) {
      const [first] = [...this.#running].sort((a, b) => this.#endOf(a) - this.#endOf(b));
      const end = first === undefined ? Infinity : this.#endOf(first);
      if (first === undefined || end > now) break;
      this.#free(first, end);
      first.onDrawn(first.tokens);
    }
    for (const job of this.#running) job.onDrawn(Math.floor((now - (job.startedAt ?? now)) / this.#msPerToken));
  }

  /** Milliseconds of work of all its slots together until now. */
  busyMs(now: number): number {
    return [...this.#running].reduce((sum, { startedAt = now }) => sum + now - startedAt, this.#busyMs);
  }

  #endOf({ startedAt = 0, tokens }: Placed): number {
    return startedAt + tokens * this.#msPerToken;
  }

  #cancel(job: Placed, now: number): void {
    if (this.#running.has(job)) this.#free(job, now);
    else if (this.#waiting.includes(job)) this.#waiting.splice(this.#waiting.indexOf(job), 1);
  }

  #free(job: Placed, at: number): void {
    this.#running.delete(job);
    this.#busyMs += at - (job.startedAt ?? at);
    this.#fill(at);
  }

  /** Gives free slots to those that wait. */
  #fill(at: number): void {
    while (this.#running.size < this.#count) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.startedAt = Math.max(at, next.arrivedAt);
      this.#running.add(next);
    }
  }
}
