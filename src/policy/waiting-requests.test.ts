import { expect, test } from "vitest";
import { WaitingRequests } from "./waiting-requests.ts";

function waiting(...requests: readonly (readonly [number | undefined, string])[]): WaitingRequests<string> {
  const all = new WaitingRequests<string>();
  for (const [version, request] of requests) all.add(version, request);
  return all;
}

test("begins requests of older versions first, those of one version in the order of their arrival", () => {
  const all = waiting([2, "c"], [1, "a"], [2, "d"], [1, "b"]);
  const begun: string[] = [];
  all.admit((request) => begun.push(request) > 0);
  expect(begun).toEqual(["a", "b", "c", "d"]);
  expect(all.size).toBe(0);
});

test("asks none behind a request of the same version that has to wait", () => {
  const all = waiting([1, "a"], [1, "b"], [1, "c"], [2, "d"]);
  const asked: string[] = [];
  all.admit((request) => {
    asked.push(request);
    return request !== "b";
  });
  expect(asked).toEqual(["a", "b", "d"]);
  expect(all.size).toBe(2);
});

test("takes out a request that waits no longer, once", () => {
  const all = waiting([1, "a"], [1, "b"]);
  expect(all.delete(1, "a")).toBe(true);
  expect(all.delete(1, "a")).toBe(false);
  expect(all.delete(2, "b")).toBe(false);
  expect(all.size).toBe(1);
});
