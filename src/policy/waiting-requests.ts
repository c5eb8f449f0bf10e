/** Requests that wait for a replica, in the order of their arrival, by the version of the weights that they want. */
export class WaitingRequests<T> {
  readonly #byVersion = new Map<number | undefined, Set<T>>();
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  add(version: number | undefined, request: T): void {
    const queue = this.#byVersion.get(version) ?? new Set();
    this.#byVersion.set(version, queue.add(request));
    this.#size++;
  }

  /** Takes a request out; false when it does not wait any more. */
  delete(version: number | undefined, request: T): boolean {
    const queue = this.#byVersion.get(version);
    if (queue?.delete(request) !== true) return false;
    if (queue.size === 0) this.#byVersion.delete(version);
    this.#size--;
    return true;
  }

  /**
   * Begins what may begin, requests of older versions first. When one has to wait, so do those of its version behind it, and
   * are not asked: a completion that makes room for one request costs no look at all that wait.
   * @param begin begins a request, or gives false where it has to wait; called with the request still among those that wait.
   */
  admit(begin: (request: T) => boolean): void {
    const versions = [...this.#byVersion.keys()].sort((a, b) => (a ?? 0) - (b ?? 0));
    for (const version of versions)
      for (const request of this.#byVersion.get(version) ?? []) {
        if (!begin(request)) break;
        this.delete(version, request);
      }
  }
}
