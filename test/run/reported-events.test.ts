import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageVersion } from "../../src/core/package-files.ts";
import type { AlarmRaised } from "../../src/run/events.ts";
import { softwareOfRun } from "../../src/tracking/reads/run-software.ts";
import { serversOut } from "../../src/tracking/reads/servers-out.ts";
import { scriptedRun, type RunScript, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import { scriptedPolicy } from "../support/scripted/scripted-policy.ts";
import { scriptedTrainer } from "../support/scripted/scripted-trainer.ts";

let folder: string;
const open: ScriptedRun[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-told-"));
});
afterEach(() => {
  for (const { db } of open.splice(0)) db.$client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function work(changes: Readonly<Record<string, unknown>>, script: RunScript = {}): Promise<ScriptedRun> {
  const run = await scriptedRun(join(folder, String(open.length)), { steps: 2, ...changes });
  open.push(run);
  await run.work(script);
  return run;
}

const alarmsOf = ({ events }: ScriptedRun): AlarmRaised[] => events.filter((event) => event.type === "alarm");

/** A completion of six tokens, each with a probability. */
const completion = (text: string, probability: number) => ({
  text,
  logprobs: Array.from({ length: text.length + 1 }, () => Math.log(probability)),
});

test("reports a server that gives the same completion for every seed, though its tokens are unlikely", async () => {
  const run = await work({}, { policy: { answer: ({ prompt }) => completion(prompt.slice(-5), 0.3) } });
  expect(alarmsOf(run)).toMatchObject([{ step: 1, alarm: "repeated_completions", metric: "repeats.log10_chance" }]);
});

test("takes equal completions of a policy that is sure of them for what they are", async () => {
  const run = await work({}, { policy: { answer: ({ prompt }) => completion(prompt.slice(-5), 0.995) } });
  expect(alarmsOf(run)).toEqual([]);
});

test("reports once, at the start, that sampling is cut off and the ratio is not corrected", async () => {
  const sampling = { groups: 6, group_size: 4, max_tokens: 8, top_p: 0.9 };
  const run = await scriptedRun(join(folder, "cut"), { steps: 2, sampling });
  open.push(run);
  const killed = (listen: NonNullable<RunScript["listen"]>): Promise<void> =>
    expect(run.work({ listen })).rejects.toThrow("killed");
  await killed(({ type }) => {
    if (type === "verifiers_configured") throw new Error("killed");
  });
  await killed((event) => {
    if (event.type === "step_started" && event.step === 2) throw new Error("killed");
  });
  await run.work();
  expect(alarmsOf(run)).toMatchObject([{ step: 0, alarm: "truncated_sampling", value: 0.9, limit: 1 }]);
  const corrected = { name: "grpo", old: "recompute", correction: "token-truncate" };
  const quiet = await work({ sampling, objective: corrected, scaffold: { name: "none" } });
  expect(alarmsOf(quiet)).toEqual([]);
});

test("trains on rewards of 1e308 as on rewards of 1", async () => {
  const plain = await work({});
  const huge = await work({ verifiers: [{ name: "exact", weight: 1e308 }] });
  const advantages = ({ db }: ScriptedRun): number[] =>
    db.$client.prepare("SELECT advantage FROM credits ORDER BY rollout_id").pluck().all() as number[];
  const expected = advantages(plain);
  expect(expected.some((advantage) => Math.abs(advantage) > 0.5)).toBe(true);
  for (const [place, advantage] of advantages(huge).entries()) expect(advantage).toBeCloseTo(expected[place] ?? NaN, 4);
  expect(huge.events.filter(({ type }) => type === "step_finished")).not.toContainEqual(
    expect.objectContaining({ reward: Infinity }),
  );
});

test("stores and reports that a policy server went out of use and came back", async () => {
  const run = await scriptedRun(join(folder, "replica"), { steps: 1 });
  open.push(run);
  await run.work({
    ports: {
      servePolicy(_, { weights, onReplica }) {
        onReplica?.("http://b:8000", "out", "no answer");
        onReplica?.("http://c:8000", "out", "other weights");
        expect(serversOut(run.db, 1).map(({ replica }) => replica)).toEqual(["http://b:8000", "http://c:8000"]);
        onReplica?.("http://c:8000", "back", "after 10 s");
        onReplica?.("http://b:8000", "back", "after 12 s");
        return Promise.resolve(scriptedPolicy({ answer: () => "?" }, weights));
      },
    },
  });
  expect(serversOut(run.db, 1)).toEqual([]);
  const stored = run.db.$client.prepare("SELECT data ->> 'state' FROM events WHERE type = 'replica_state'").pluck();
  expect(stored.all()).toEqual(["out", "out", "back", "back"]);
});

test("reports which programs a run works with once, and again the one that has changed", async () => {
  const run = await scriptedRun(join(folder, "software"), { steps: 3 });
  open.push(run);
  const version = { current: "1" };
  const trainer: RunScript["ports"] = {
    createTrainer(options) {
      const service = scriptedTrainer()(options);
      return {
        ...service,
        async train(request) {
          const answer = await service.train(request);
          return { ...answer, trainer: { name: "torch", versions: { torch: version.current } } };
        },
      };
    },
  };
  await run.work({
    ports: trainer,
    listen(event) {
      if (event.type === "step_finished" && event.step === 2) version.current = "2";
    },
  });
  const reported = run.events.filter((event) => event.type === "software_used");
  expect(reported.map(({ part, name }) => `${part}: ${name}`)).toEqual([
    "orchestrator: rlvr",
    "policy server: scripted",
    "trainer: torch",
    "trainer: torch",
  ]);
  expect(softwareOfRun(run.db, 1)).toEqual([
    { part: "orchestrator", name: "rlvr", versions: { rlvr: packageVersion(), node: process.versions.node } },
    { part: "policy server", name: "scripted", versions: {} },
    { part: "trainer", name: "torch", versions: { torch: "2" } },
  ]);
});
