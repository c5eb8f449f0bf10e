import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AlarmRaised } from "../../src/run/events.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-missing-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A verifier whose calls run the given code first; modules are loaded once, so each test needs its own name. */
function writeVerifier(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { existsSync } from "node:fs";
    let calls = 0;
    export default {
      name: "own", version: "1", options: { safeParse: (data) => ({ success: true, data }) },
      verify({ response, answer }) { calls++; ${code} return { passed: response === answer }; },
    };`,
  );
  return path;
}

const judged = ({ db }: ScriptedRun): number =>
  db.$client
    .prepare("SELECT count(*) FROM groups WHERE state NOT IN ('selected', 'sampling', 'verifying')")
    .pluck()
    .get() as number;

test("stops when no group has had a verdict for a while, with the first error, and goes on once it is mended", async () => {
  const mended = join(folder, "mended");
  const path = writeVerifier(
    "broken",
    `if (!existsSync(${JSON.stringify(mended)})) throw new Error("no route to judge");`,
  );
  const run = await scriptedRun(folder, { verifiers: [{ name: path }], verifiers_missing_limit: 9 });
  await expect(run.work()).rejects.toMatchObject({
    code: "verifier_failed",
    message: "no verifier gave a verdict on the last 9 groups; the first error: own: Error: no route to judge",
    advice: expect.stringMatching(/rlvr verify .*broken\.mjs --input .*rlvr resume 1/) as unknown,
    cause: expect.objectContaining({ message: expect.stringContaining("broken.mjs") as unknown }) as unknown,
  });
  expect(run.run().state).toBe("failed");
  // Its first step is begun, and not finished.
  expect(run.events.at(-1)).toMatchObject({
    state: "failed",
    step: 0,
    reason: expect.stringContaining("no route") as unknown,
  });
  const before = judged(run);
  // It counts on from rows: the first group without a verdict ends it again.
  await expect(run.work()).rejects.toMatchObject({ code: "verifier_failed" });
  expect(judged(run) - before).toBeLessThan(9);
  writeFileSync(mended, "");
  await run.work();
  expect(run.run().state).toBe("succeeded");
});

test("does not stop where one group in between has a verdict", async () => {
  const path = writeVerifier("sometimes", 'if (calls % 6 !== 0) throw new Error("busy");');
  const run = await scriptedRun(folder, { verifiers: [{ name: path }], verifiers_missing_limit: 9 });
  await run.work();
  expect(run.run().state).toBe("succeeded");
  const alarms = run.events.filter((event): event is AlarmRaised => event.type === "alarm");
  expect(alarms.find(({ alarm }) => alarm === "missing_verdicts")).toMatchObject({
    step: 1,
    metric: "verdicts.missing",
    limit: 0.05,
  });
});

test("never calls a run succeeded that had no verdict at all, however short", async () => {
  const mended = join(folder, "speaks");
  const path = writeVerifier("silent", `if (!existsSync(${JSON.stringify(mended)})) return null;`);
  const run = await scriptedRun(folder, { verifiers: [{ name: path }], steps: 1 });
  await expect(run.work()).rejects.toMatchObject({
    code: "verifier_failed",
    message: expect.stringContaining("nothing to say") as unknown,
    advice: expect.stringMatching(/extend this one: rlvr resume 1 --steps 2$/) as unknown,
  });
  expect(run.run().state).toBe("failed");
  writeFileSync(mended, "");
  // Its one step is done, and has no verdicts.
  await expect(run.work()).rejects.toMatchObject({ code: "verifier_failed" });
  await run.work({ changes: [{ path: ["steps"], value: 2 }] });
  expect(run.run().state).toBe("succeeded");
});

test("reports and stores once that a verifier changed between a kill and its resume", async () => {
  const path = writeVerifier("changing", "");
  const run = await scriptedRun(folder, { verifiers: [{ name: path }, { name: "exact", required: false }] });
  let steps = 0;
  const listen = ({ type }: { readonly type: string }): void => {
    if (type === "step_finished" && ++steps === 1) throw new Error("killed");
  };
  await expect(run.work({ listen })).rejects.toThrow("killed");
  writeVerifier("changing", "/* another judgement */");
  await expect(run.work({ listen: ({ type }) => type === "step_finished" && crash() })).rejects.toThrow("killed");
  await run.work();
  const changes = run.events.filter(({ type }) => type === "verifier_changed");
  expect(changes).toMatchObject([
    {
      verifier: "own",
      before: { version: "1", sourceSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
      after: { version: "1", sourceSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    },
  ]);
  const stored = run.db.$client.prepare("SELECT data FROM events WHERE type = 'verifier_changed'").pluck().all();
  expect(stored.map((data) => JSON.parse(String(data)) as unknown)).toEqual(changes);
});

function crash(): never {
  throw new Error("killed");
}
