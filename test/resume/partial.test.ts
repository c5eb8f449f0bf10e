import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpackFloat32, unpackInt32 } from "../../src/core/pack.ts";
import { decodeSafetensors, tensorOf } from "../../src/core/safetensors.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { stampOf } from "../support/scripted/scripted-policy.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

const STEPS = 5;
const GROUPS = 4;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-partial-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runOf = (name: string, pipeline: Readonly<Record<string, unknown>> = {}): Promise<ScriptedRun> =>
  scriptedRun(join(folder, name), {
    steps: STEPS,
    sampling: { groups: GROUPS, group_size: 4, max_tokens: 40, concurrency: 32 },
    // Digits are drawn: which answers pass hangs on their seeds alone.
    verifiers: [{ name: "regex", pattern: "7" }],
    scaffold: { name: "none" },
    evaluation: { every: 2, samples: 1 },
    checkpoints: { keep_last: 10 },
    pipeline: { depth: 1, partial: true, oversample: 2, ...pipeline },
  });

interface StoredRollout {
  readonly key: string;
  readonly tokens: number[];
  readonly stamps: number[];
  readonly versions: number[];
}

/** Every whole rollout with its tokens, the versions that drew them by their log-probabilities, and those by its spans. */
function rolloutsOf({ db }: ScriptedRun): StoredRollout[] {
  const rows = db.$client
    .prepare(
      `SELECT r.group_id AS groupId, r.number, x.token_ids AS ids, x.logprobs FROM rollouts r
       JOIN rollout_payloads x ON x.rollout_id = r.id ORDER BY 1, 2`,
    )
    .all() as { groupId: number; number: number; ids: Buffer; logprobs: Buffer }[];
  const spans = db.$client.prepare(
    "SELECT policy_version, tokens FROM rollout_spans WHERE group_id = ? AND number = ? ORDER BY place",
  );
  return rows.map(({ groupId, number, ids, logprobs }) => ({
    key: `${groupId}/${number}`,
    tokens: unpackInt32(ids),
    stamps: unpackFloat32(logprobs),
    versions: (spans.raw().all(groupId, number) as [number, number][]).flatMap(([version, tokens]) =>
      new Array<number>(tokens).fill(version),
    ),
  }));
}

/** What must hold of a run of spans whatever happened to it. */
function expectWhole(run: ScriptedRun): void {
  for (const { key, tokens, stamps, versions } of rolloutsOf(run)) {
    expect(versions.length, key).toBe(tokens.length);
    expect(stamps, key).toEqual(versions.map((version) => expect.closeTo(stampOf(version), 5) as unknown));
  }
  const count = (query: string): unknown => run.db.$client.prepare(query).pluck().get();
  expect(count("SELECT count(*) FROM rollouts WHERE id NOT IN (SELECT rollout_id FROM credits)")).toBe(0);
  expect(count("SELECT count(*) FROM groups WHERE state NOT IN ('trained', 'dropped')")).toBe(0);
  expect(count("SELECT count(*) - count(DISTINCT ordinal) FROM groups")).toBe(0);
  expect(run.db.$client.prepare("SELECT phase FROM steps ORDER BY number").pluck().all()).toEqual(
    new Array(STEPS).fill("done"),
  );
}

test("completions go on under new weights, and each token is told by the version that drew it", async () => {
  const run = await runOf("whole");
  await run.work();
  expectWhole(run);
  const rollouts = rolloutsOf(run);
  expect(rollouts.some(({ versions }) => new Set(versions).size > 1)).toBe(true);
  const sizes = run.db.$client
    .prepare(
      `SELECT count(DISTINCT g.id) FROM steps s JOIN groups g ON g.step_id = s.id AND g.drop_reason IS NULL
       GROUP BY s.id ORDER BY s.number`,
    )
    .pluck()
    .all();
  expect(sizes).toEqual(new Array(STEPS).fill(GROUPS));
  // Only at the end there is no next batch for what is left.
  const cancelled = run.db.$client
    .prepare("SELECT s.number FROM groups g JOIN steps s ON s.id = g.step_id WHERE g.drop_reason = 'cancelled'")
    .pluck()
    .all();
  expect(cancelled).toEqual([STEPS, STEPS]);
});

test("a batch has the version of each token", async () => {
  const run = await runOf("batches");
  const seen: number[][] = [];
  await run.work({
    trainer(directory) {
      const file = decodeSafetensors(readFileSync(join(directory, "batch.safetensors")), directory);
      const versions = tensorOf(file, "policy_version", "I32").data;
      const logprobs = tensorOf(file, "sampling_logprobs", "F32").data;
      for (const [token, isAction] of tensorOf(file, "action_mask", "U8").data.entries())
        if (isAction === 1) seen.push([versions[token] ?? NaN, logprobs[token] ?? NaN]);
    },
  });
  expect(seen.length).toBeGreaterThan(100);
  for (const [version = NaN, logprob = NaN] of seen) expect(logprob).toBeCloseTo(stampOf(version), 5);
});

const phaseOf = (event: RunEvent): string => `${event.type} ${event.type === "phase_started" ? event.phase : ""}`;

test("after a crash at any kind of event no token is lost or drawn twice", async () => {
  const reference = await runOf("reference");
  await reference.work();
  for (const kind of new Set(reference.events.map(phaseOf))) {
    let left = Math.ceil(reference.events.filter((event) => phaseOf(event) === kind).length / 2);
    const run = await runOf(`crash-${kind.replaceAll(/\W+/g, "-")}`);
    const crash = run.work({
      listen(event) {
        if (phaseOf(event) === kind && --left === 0) throw new Error("crashed");
      },
    });
    await expect(crash, kind).rejects.toThrow("crashed");
    const spans = run.db.$client
      .prepare(
        `SELECT group_id || '/' || number, token_ids FROM rollout_spans WHERE place = 0 AND token_ids IS NOT NULL`,
      )
      .raw()
      .all() as [string, Buffer][];
    await run.work();
    expectWhole(run);
    const rollouts = new Map(rolloutsOf(run).map((rollout) => [rollout.key, rollout.tokens]));
    const begun = spans.filter(([key]) => rollouts.has(key)).map(([key, ids]) => [key, unpackInt32(ids)] as const);
    for (const [key, ids] of begun) expect(rollouts.get(key)?.slice(0, ids.length), `${kind} ${key}`).toEqual(ids);
  }
});

test("groups that are not whole when the last batch is are cancelled, and those that are too old are dropped", async () => {
  const reasons = (run: ScriptedRun): unknown[] =>
    run.db.$client
      .prepare("SELECT DISTINCT drop_reason FROM groups WHERE drop_reason IS NOT NULL ORDER BY 1")
      .pluck()
      .all();
  const kept = await runOf("kept");
  await kept.work();
  expect(reasons(kept)).toEqual(["cancelled"]);
  const strict = await runOf("strict", { max_staleness: 0 });
  await strict.work();
  expectWhole(strict);
  expect(reasons(strict)).toContain("stale");
  const cancelling = await runOf("cancelling", { leftover: "cancel" });
  await cancelling.work();
  expectWhole(cancelling);
  const late = cancelling.db.$client
    .prepare(
      "SELECT count(*) FROM groups g JOIN steps s ON s.id = g.step_id WHERE g.drop_reason = 'cancelled' AND s.number < ?",
    )
    .pluck()
    .get(STEPS);
  expect(late).toBeGreaterThan(0);
});
