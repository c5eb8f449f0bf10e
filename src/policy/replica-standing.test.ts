import { expect, test } from "vitest";
import { ReplicaStanding } from "./replica-standing.ts";

function standing() {
  const told: string[] = [];
  const clock = { now: 0 };
  const replica = new ReplicaStanding(
    (state, reason) => told.push(`${state}: ${reason}`),
    () => clock.now,
  );
  return { told, clock, replica };
}

test("reports once that a replica is out of use, and that it is back once it has answered for a while", () => {
  const { told, clock, replica } = standing();
  replica.answered();
  replica.fault("no answer");
  replica.fault("no answer again");
  clock.now = 2000;
  replica.answered();
  expect(told).toEqual(["out: no answer"]);
  clock.now = 12_000;
  replica.answered();
  replica.answered();
  expect(told).toEqual(["out: no answer", "back: after 12 s"]);
  replica.fault("other weights");
  expect(told.at(-1)).toBe("out: other weights");
});

test("reports one that fails and answers by turns only once", () => {
  const { told, clock, replica } = standing();
  for (let time = 0; time < 1000; time++) {
    clock.now += 1000;
    if (time % 3 === 0) replica.fault("503");
    else replica.answered();
  }
  expect(told).toEqual(["out: 503"]);
});
