import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseReplica, type ReplicaView } from "./choose-replica.ts";

const replica = (version: number, pending = 0, isGood = true): ReplicaView => ({ version, pending, isGood });
const choose = (replicas: readonly ReplicaView[], wanted: number, ...inUse: readonly number[]) =>
  chooseReplica(replicas, wanted, new Set([wanted, ...inUse]), 4);

describe("a request under a version", () => {
  test("goes to the replica with the least to do that serves it", () => {
    expect(choose([replica(3, 4), replica(3, 2), replica(3, 3)], 3)).toEqual({ place: 1, isSwitched: false });
  });

  test("has an idle replica switched to it, if another one serves what that one leaves", () => {
    expect(choose([replica(3, 4), replica(3), replica(3, 2)], 4, 3)).toEqual({ place: 1, isSwitched: true });
    expect(choose([replica(3)], 4)).toEqual({ place: 0, isSwitched: true });
  });

  test("waits while the only replica that serves an older version in use would be left, or all are busy", () => {
    expect(choose([replica(3)], 4, 3)).toBeUndefined();
    expect(choose([replica(3, 1), replica(3, 2)], 4, 3)).toBeUndefined();
  });

  test("takes the replica of a younger version where nobody serves it any more", () => {
    expect(choose([replica(4)], 3, 4)).toEqual({ place: 0, isSwitched: true });
    expect(choose([replica(4, 2)], 3, 4)).toBeUndefined();
    // Until then the replica that is nearest to idle takes nothing more of the younger one.
    expect(choose([replica(4, 2), replica(4, 3)], 4, 3)).toEqual({ place: 1, isSwitched: false });
    expect(choose([replica(4, 2)], 4, 3)).toBeUndefined();
  });

  test("passes over replicas that are out of use, unless all are", () => {
    expect(choose([replica(3, 0, false), replica(3, 7)], 3)).toEqual({ place: 1, isSwitched: false });
    expect(choose([replica(3, 0, false)], 3)).toEqual({ place: 0, isSwitched: false });
  });
});

/** Replicas at work on requests of several versions: what is asked, and in which order things end, is drawn at random. */
function simulate(
  count: number,
  wanted: readonly number[],
  ends: readonly number[],
): { served: number; faults: string[] } {
  const faults: string[] = [];
  const replicas = Array.from({ length: count }, () => ({ version: 0, pending: 0, isGood: true }));
  const waiting = [...wanted];
  const running: { place: number; version: number }[] = [];
  const inUse = (): Set<number> => new Set([...waiting, ...running.map(({ version }) => version)]);
  let served = 0;
  let rounds = 0;
  while (waiting.length + running.length > 0 && rounds++ < 1000) {
    for (const version of waiting.slice()) {
      const chosen = chooseReplica(replicas, version, inUse(), waiting.length);
      const taken = replicas[chosen?.place ?? -1];
      if (chosen === undefined || taken === undefined) continue;
      if (chosen.isSwitched) {
        // What is in flight there would be sampled under other weights.
        if (taken.pending > 0) faults.push("a busy replica was switched");
        const before = taken.version;
        taken.version = version;
        const isLeft = inUse().has(before) && !replicas.some((each) => each.version === before);
        if (isLeft && before < version) faults.push("an older version in use was left");
      }
      if (taken.version !== version) faults.push("a request went to another version");
      taken.pending++;
      running.push({ place: chosen.place, version });
      waiting.splice(waiting.indexOf(version), 1);
    }
    const [ended] = running.splice((ends[rounds % ends.length] ?? 0) % Math.max(1, running.length), 1);
    if (ended === undefined) continue;
    served++;
    const at = replicas[ended.place];
    if (at !== undefined) at.pending--;
  }
  return { served, faults };
}

test("every request is served in the end, by a replica of its version, and none is switched while it is busy", () => {
  const versions = fc.array(fc.nat(4), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      versions,
      fc.array(fc.nat(50), { minLength: 1 }),
      (count, wanted, ends) => {
        expect(simulate(count, wanted, ends)).toEqual({ served: wanted.length, faults: [] });
      },
    ),
  );
});

const both = new Set([1, 2]);

test("takes the replica with the least to do of those that serve the version", () => {
  const replicas = [replica(1, 0), replica(2, 5), replica(2, 3), replica(1, 2)];
  expect(chooseReplica(replicas, 2, both, 8)).toEqual({ place: 0, isSwitched: true });
  expect(chooseReplica(replicas.with(0, replica(1, 4)), 2, both, 8)).toEqual({ place: 2, isSwitched: false });
});

test("never switches a busy replica, nor the last one that serves a version in use", () => {
  expect(chooseReplica([replica(1, 1), replica(1, 1)], 2, both, 8)).toBeUndefined();
  expect(chooseReplica([replica(1, 0), replica(2, 1)], 2, both, 8)).toEqual({ place: 1, isSwitched: false });
  expect(chooseReplica([replica(1, 0), replica(2, 1)], 2, new Set([2]), 8)).toEqual({ place: 0, isSwitched: true });
});

test("keeps the requests of a new version from piling up on the first replica that is switched to it", () => {
  const replicas = [replica(2, 8), replica(1, 2), replica(1, 2), replica(1, 1)];
  expect(chooseReplica(replicas, 2, both, 16)).toBeUndefined();
  expect(chooseReplica(replicas.with(0, replica(2, 5)), 2, both, 16)).toEqual({ place: 0, isSwitched: false });
  // Of one version the replica with the least to do has less than its share, however little waits.
  expect(chooseReplica([replica(1, 3), replica(1, 3)], 1, new Set([1]), 1)).toEqual({ place: 0, isSwitched: false });
});

test("leaves those that rest out of the shares", () => {
  const replicas = [replica(2, 8), replica(1, 0, false), replica(1, 2)];
  expect(chooseReplica(replicas, 2, both, 8)).toEqual({ place: 0, isSwitched: false });
  expect(chooseReplica(replicas, 2, both, 6)).toBeUndefined();
});
