import { expect, it } from "vitest";
import { describeThrown } from "./describe-thrown.ts";

it("tells stack, code and causes", () => {
  const cause = Object.assign(new TypeError("refused"), { code: "ECONNREFUSED" });
  const text = describeThrown(new Error("the judge is away", { cause }));
  expect(text).toMatch(/^Error: the judge is away\n +at /);
  expect(text).toMatch(/caused by: TypeError: refused\n[\s\S]*\[ECONNREFUSED\]$/);
});

it("keeps no other property: libraries put requests with their keys into errors", () => {
  const error = Object.assign(new Error("401"), {
    status: 401,
    config: { headers: { Authorization: "Bearer secret" } },
  });
  expect(describeThrown(error)).toMatch(/\[401\]$/);
  expect(describeThrown(error)).not.toContain("secret");
});

it("tells what is no error, and comes to an end where causes form a cycle", () => {
  expect(describeThrown("late")).toBe("late");
  expect(describeThrown({ a: 1 })).toBe("{ a: 1 }");
  const error = new Error("again");
  error.cause = error;
  expect(describeThrown(error).match(/caused by/g)).toHaveLength(5);
});

it("stands what throws when it is looked at, and stacks that are no texts", () => {
  const trap = (): never => {
    throw new Error("trapped");
  };
  expect(describeThrown(new Proxy({}, { getPrototypeOf: trap }))).toMatch(/cannot be described/);
  expect(describeThrown(Object.defineProperty(new Error("e"), "stack", { get: trap }))).toMatch(/cannot be described/);
  expect(describeThrown(Object.assign(new Error("e"), { stack: [1, 2] }))).toBe("1,2");
});

it("cuts what is long, its codes and causes too", () => {
  const long = "x".repeat(1_000_000);
  const error = Object.assign(new Error(long, { cause: new Error(long) }), { code: long });
  for (const thrown of [long, error, { long }]) expect(describeThrown(thrown).length).toBeLessThanOrEqual(10_000);
});
