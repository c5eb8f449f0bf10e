import { expect, test } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { runAll } from "./run-all.ts";

test("no more tasks run at once than allowed, and all run", async () => {
  let running = 0;
  let most = 0;
  let done = 0;
  const task = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await sleep(1);
    running--;
    done++;
  };
  await runAll(
    Array.from({ length: 20 }, () => task),
    { concurrency: 3, signal: new AbortController().signal },
  );
  expect(done).toBe(20);
  expect(most).toBe(3);
});

test("after a failure nothing new begins, what runs is waited for, and the failure is thrown", async () => {
  const ended: number[] = [];
  const tasks = Array.from({ length: 10 }, (_, index) => async (): Promise<void> => {
    await sleep(index === 0 ? 1 : 10);
    ended.push(index);
    if (index === 0) throw new Error("first");
  });
  await expect(runAll(tasks, { concurrency: 2, signal: new AbortController().signal })).rejects.toThrow("first");
  expect(ended).toEqual([0, 1]);
});

test("cancels the tasks that run when one fails, and throws the first failure", async () => {
  const slow = (signal: AbortSignal): Promise<void> => sleep(60_000, undefined, { signal });
  const failing = (): Promise<void> => Promise.reject(new Error("first"));
  const never = new AbortController().signal;
  await expect(runAll([slow, failing], { concurrency: 2, signal: never })).rejects.toThrow("first");
});

test("an aborted signal ends it with its reason", async () => {
  const controller = new AbortController();
  const tasks = Array.from({ length: 5 }, (_, index) => async (): Promise<void> => {
    if (index === 1) controller.abort(new Error("enough"));
  });
  await expect(runAll(tasks, { concurrency: 1, signal: controller.signal })).rejects.toThrow("enough");
});
