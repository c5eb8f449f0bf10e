import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
let hash: string | null | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-full-"));
  const whole = await scriptedRun(join(folder, "whole"));
  await whole.work();
  hash = whole.hash();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("says in one sentence that the database's disk is full, and goes on when there is room", async () => {
  const run = await scriptedRun(join(folder, "database"));
  const sqlite = run.db.$client;
  let left = 4;
  await expect(
    run.work({
      listen({ type }) {
        if (type === "group_finished" && --left === 0)
          sqlite.pragma(`max_page_count = ${sqlite.pragma("page_count", { simple: true }) as number}`);
      },
    }),
  ).rejects.toMatchObject({
    code: "disk_full",
    message: expect.stringMatching(/^a disk is full \(.*\)$/),
    advice: "Free some space, then go on with: rlvr resume 1",
  });
  sqlite.pragma("max_page_count = 1000000");
  await run.work();
  expect(run.hash()).toBe(hash);
});

test("says which file a full disk has no room for, and goes on when there is room", async () => {
  const run = await scriptedRun(join(folder, "file"));
  let isFull = true;
  const trainer = (): void => {
    const error = new Error("ENOSPC: no space left on device, write");
    if (isFull) throw Object.assign(error, { code: "ENOSPC", path: "/runs/1/trainer" });
  };
  await expect(run.work({ trainer })).rejects.toMatchObject({
    code: "disk_full",
    message: "the disk that holds /runs/1/trainer is full (ENOSPC: no space left on device, write)",
    advice: "Free some space, then go on with: rlvr resume 1",
  });
  expect(run.run().state).toBe("failed");
  isFull = false;
  await run.work({ trainer });
  expect(run.hash()).toBe(hash);
});
