/** A replica as far as it decides where a request goes. */
export interface ReplicaView {
  /** Version that it serves, or is being brought to; undefined takes what it has. */
  readonly version: number | undefined;
  /** Requests in flight and waiting there. */
  readonly pending: number;
  /** Whether it may be asked: it is not resting, and did not just fail this request. */
  readonly isGood: boolean;
}

/** Where a request goes, and whether the replica has to be given the weights first. */
export interface ReplicaChoice {
  readonly place: number;
  readonly isSwitched: boolean;
}

/**
 * Chooses the replica of a request that samples under a version: the one with the least to do that serves it, or an idle one
 * that is switched to it. Pure.
 *
 * A busy replica is never switched, and a version that is in use is not left by the last replica that serves it but for an
 * older one: so what is oldest is always served, and nothing goes back and forth. While an older version is served by nobody,
 * the replica with the least to do takes no request of younger ones, until it is idle and switched. And no replica takes more
 * than its share of all requests: those of a new version would else pile up on the first that is switched to it.
 * @param wanted the request's version; undefined samples from whatever is served.
 * @param inUse versions that requests in flight or to come sample under.
 * @param waiting requests that wait for a replica, this one included.
 * @returns undefined when the request has to wait until a replica is idle, or has less to do.
 */
export function chooseReplica(
  replicas: readonly ReplicaView[],
  wanted: number | undefined,
  inUse: ReadonlySet<number>,
  waiting: number,
): ReplicaChoice | undefined {
  const all = [...replicas.keys()];
  const good = all.filter((place) => replicas[place]?.isGood);
  // With none that is good any is asked: it answers, or says why not.
  const usable = good.length > 0 ? good : all;
  if (wanted === undefined) return choice(leastPending(replicas, usable), false);
  const isServed = (version: number): boolean => usable.some((place) => replicas[place]?.version === version);
  const isAwaited = [...inUse].some((version) => version < wanted && !isServed(version));
  const reserved = isAwaited ? leastPending(replicas, usable) : undefined;
  const open = usable.filter((place) => place !== reserved);
  const serving = open.filter((place) => replicas[place]?.version === wanted);
  const spare = open.filter((place) => mayLeave(replicas, usable, place, wanted, inUse));
  const least = leastPending(replicas, [...serving, ...spare]);
  if (least === undefined) return undefined;
  const total = usable.reduce((sum, place) => sum + (replicas[place]?.pending ?? 0), waiting);
  const { version, pending = 0 } = replicas[least] ?? {};
  return pending < total / usable.length ? choice(least, version !== wanted) : undefined;
}

function mayLeave(
  replicas: readonly ReplicaView[],
  usable: readonly number[],
  place: number,
  wanted: number,
  inUse: ReadonlySet<number>,
): boolean {
  const { version, pending = 0 } = replicas[place] ?? {};
  if (version === wanted || pending > 0) return false;
  if (version === undefined || !inUse.has(version) || version > wanted) return true;
  return usable.some((other) => other !== place && replicas[other]?.version === version);
}

/** The first of those with the least to do. */
function leastPending(replicas: readonly ReplicaView[], places: readonly number[]): number | undefined {
  const pending = (place: number): number => replicas[place]?.pending ?? 0;
  return places.reduce<number | undefined>(
    (least, place) => (least === undefined || pending(place) < pending(least) ? place : least),
    undefined,
  );
}

function choice(place: number | undefined, isSwitched: boolean): ReplicaChoice | undefined {
  return place === undefined ? undefined : { place, isSwitched };
}
