import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventsOfType } from "../../src/tracking/events.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-scripted-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("resumes from a crash at any event to the same rows and the same checkpoint", async () => {
  const whole = await scriptedRun(join(folder, "whole"));
  await whole.work();
  expect(whole.run().state).toBe("succeeded");
  const dump = naturalDump(whole.databasePath);
  const kinds = [...new Set(whole.events.map(({ type }) => type))].filter((type) => type !== "run_ended");
  expect(kinds).toContain("group_finished");
  for (const kind of kinds) {
    const crashed = await scriptedRun(join(folder, kind));
    let left = Math.min(2, whole.events.filter(({ type }) => type === kind).length);
    const listen = ({ type }: { readonly type: string }): void => {
      if (type === kind && --left === 0) throw new Error("crashed");
    };
    await expect(crashed.work({ listen }), kind).rejects.toThrow("crashed");
    await crashed.work();
    expect(crashed.hash(), kind).toBe(whole.hash());
    expect(naturalDump(crashed.databasePath), kind).toEqual(dump);
    expect(eventsOfType(crashed.db, crashed.run().id, "run_started"), kind).toHaveLength(1);
  }
});
