import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainLine } from "../../src/cli/run-view/plain-line.ts";
import { summaryText } from "../../src/cli/run-view/summary-text.ts";
import { summaryOf } from "../../src/cli/run-view/summary.ts";
import { RlvrError, type ErrorCode } from "../../src/core/errors.ts";
import type { CompletionRequest } from "../../src/policy/policy-client.ts";
import type { RunEvent, StepFinished } from "../../src/run/events.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { scriptedPolicy } from "../support/scripted/scripted-policy.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-unsampled-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** No hints and no replaced groups: what is asked for is a step's groups and evaluations. */
const PLAIN = {
  scaffold: { name: "none" },
  sampling: { groups: 6, group_size: 4, max_tokens: 8, concurrency: 3 },
  evaluation: { every: 5, samples: 2 },
};

/** Rejects the requests that are chosen by their number in the run, from 1, and their prompt. */
function refusing(
  isRefused: (number: number, prompt: string) => boolean,
  code: ErrorCode = "sampling_failed",
  said = "http://policy answered 400: bad token",
) {
  let number = 0;
  return {
    before({ promptIds }: CompletionRequest) {
      if (isRefused(++number, String.fromCharCode(...promptIds)))
        throw new RlvrError(code, `${said} (${number})`, { advice: "Change the request." });
    },
  };
}

const steps = (events: readonly RunEvent[]): StepFinished[] =>
  events.filter((event): event is StepFinished => event.type === "step_finished");

const dropped = ({ db }: ScriptedRun): unknown[] =>
  db.$client
    .prepare(
      `SELECT s.number, g.slot, g.state, g.drop_reason, (SELECT count(*) FROM rollouts r WHERE r.group_id = g.id)
       FROM groups g JOIN steps s ON s.id = g.step_id WHERE g.drop_reason IS NOT NULL ORDER BY 1, 2`,
    )
    .raw()
    .all();

/** Problems that the steps of a run practise, by step and slot. */
const practised = ({ db }: ScriptedRun, step: number): string[] =>
  db.$client
    .prepare(
      `SELECT p.problem FROM groups g JOIN steps s ON s.id = g.step_id JOIN problems p ON p.id = g.problem_id
       WHERE s.number = ? ORDER BY g.slot`,
    )
    .pluck()
    .all(step) as string[];

test.each([
  ["sampling_failed", "sampling_failed"],
  ["unsupported_character", "sampling_failed"],
  ["prompt_too_long", "too_long"],
] as const)("drops a group that ends with %s, and goes on to the same rows after a crash", async (code, reason) => {
  const whole = await scriptedRun(join(folder, `${code}-whole`), PLAIN);
  await whole.work();
  const [poisoned = ""] = practised(whole, 1);
  const isRefused = (_: number, prompt: string): boolean => prompt.endsWith(poisoned);
  const run = await scriptedRun(join(folder, code), PLAIN);
  await run.work({ policy: refusing(isRefused, code) });
  expect(run.run().state).toBe("succeeded");
  expect(dropped(run)).toEqual([[1, 0, "dropped", reason, 0]]);
  const [first] = steps(run.events);
  expect(first).toMatchObject({ rollouts: 20, droppedGroups: { [reason]: 1 } });
  const told = run.events.find(({ type }) => type === "group_dropped") as RunEvent;
  expect(plainLine(told, 3)).toMatch(
    /^group 0 of step 1 \(.*\) was dropped, .*: http:\/\/policy answered 400: bad token/,
  );
  expect(plainLine(first as RunEvent, 3)).toContain(`1 group dropped, ${reason.replaceAll("_", " ")}`);
  expect(
    run.db.$client.prepare("SELECT drop_reason, groups, rollouts FROM v_drops WHERE step = 1").raw().all(),
  ).toContainEqual([reason, 1, 0]);

  expect(summaryText(summaryOf(run.db, run.run()), "rlvr.db")).toContain(`Groups not sampled: ${reason} 1`);

  const crashed = await scriptedRun(join(folder, `${code}-crashed`), PLAIN);
  const listen = ({ type }: RunEvent): void => {
    if (type === "group_dropped") throw new Error("crashed");
  };
  await expect(crashed.work({ policy: refusing(isRefused, code), listen })).rejects.toThrow("crashed");
  await crashed.work({ policy: refusing(isRefused, code) });
  expect(crashed.hash()).toBe(run.hash());
  expect(naturalDump(crashed.databasePath)).toEqual(naturalDump(run.databasePath));
});

test("ends a run with one message when more than max_failed of a step fails, and resumes it to the undisturbed end", async () => {
  const strict = { ...PLAIN, sampling: { ...PLAIN.sampling, max_failed: 0 } };
  const whole = await scriptedRun(join(folder, "strict-whole"), strict);
  await whole.work();
  const [, , poisoned = ""] = practised(whole, 2);
  const run = await scriptedRun(join(folder, "strict"), strict);
  const isRefused = (_: number, prompt: string): boolean => prompt.endsWith(poisoned);
  await expect(run.work({ policy: refusing(isRefused) })).rejects.toMatchObject({
    code: "sampling_failed",
    message: expect.stringMatching(
      /^1 of 6 groups of step \d cannot be sampled, more than sampling.max_failed \(0\) allows; the first: http:\/\/policy answered 400/,
    ),
    advice: expect.stringContaining("rlvr resume 1"),
  });
  expect(run.run().state).toBe("failed");
  expect(dropped(run)).toEqual([]);
  await run.work();
  expect(run.hash()).toBe(whole.hash());
});

test("names the first failure, also one of before a crash, when a server rejects everything", async () => {
  const run = await scriptedRun(join(folder, "all"), PLAIN);
  // The evaluations before the first step are answered.
  const isPractice = (number: number): boolean => number > 18;
  await expect(run.work({ policy: refusing(isPractice) })).rejects.toMatchObject({
    message: expect.stringMatching(/^2 of 6 groups of step 1 .*\(0.1\) allows; the first: .*bad token \(19\)$/),
  });
  await expect(run.work({ policy: refusing(() => true, "sampling_failed", "later") })).rejects.toMatchObject({
    message: expect.stringMatching(/^2 of 6 groups of step 1 .* the first: .*bad token \(19\)$/),
  });
  expect(dropped(run)).toHaveLength(1);
});

test("finishes a step in which every group is too long", async () => {
  const run = await scriptedRun(join(folder, "empty"), { ...PLAIN, steps: 2 });
  await run.work({ policy: refusing((number) => number > 18 && number <= 24, "prompt_too_long") });
  const [first, second] = steps(run.events);
  expect(first).toMatchObject({
    rollouts: 0,
    trained: 0,
    reward: null,
    passRate: null,
    zeroVariance: null,
    length: null,
    policyVersion: 0,
    droppedGroups: { too_long: 6 },
  });
  expect(second).toMatchObject({ rollouts: 24, policyVersion: 1 });
});

test("drops groups that no longer fit when the servers come back with a smaller context", async () => {
  const run = await scriptedRun(join(folder, "smaller"), PLAIN);
  let maxModelLength = 4096;
  await run.work({
    listen: (event) => {
      if (event.type === "step_started") maxModelLength = event.step === 2 ? 10 : 4096;
    },
    ports: {
      servePolicy: (_, { weights }) => {
        const policy = scriptedPolicy({ answer: ({ random }) => (random < 0.5 ? "?" : "1") }, weights);
        return Promise.resolve(
          Object.defineProperty({ ...policy }, "maxModelLength", { get: () => maxModelLength }) as typeof policy,
        );
      },
    },
  });
  expect(steps(run.events).map(({ droppedGroups }) => droppedGroups)).toEqual([{}, { too_long: 6 }, {}]);
  const told = run.events.find(({ type }) => type === "group_dropped");
  expect(told).toMatchObject({
    detail: expect.stringMatching(/^prompt and completion need \d+ tokens, the policy has 10$/),
  });
});

test("skips a hint whose prompt cannot be sampled", async () => {
  const run = await scriptedRun(join(folder, "hint"), { ...PLAIN, scaffold: { name: "scaf-grpo", exemption: 0 } });
  let isFirst = true;
  await run.work({
    policy: refusing((_, prompt) => {
      const isHinted = prompt.startsWith("S");
      const isRefused = isHinted && isFirst;
      if (isHinted) isFirst = false;
      return isRefused;
    }),
  });
  expect(run.run().state).toBe("succeeded");
  expect(dropped(run)).toEqual([]);
  expect(run.db.$client.prepare("SELECT skip_reason FROM hints WHERE skip_reason IS NOT NULL").pluck().all()).toEqual([
    expect.stringMatching(/answered 400: bad token/),
  ]);
});

test("leaves completions of an evaluated problem that cannot be sampled without a verdict, and ends where many are", async () => {
  const run = await scriptedRun(join(folder, "evaluation"), PLAIN);
  await run.work({ policy: refusing((number) => number === 2) });
  const unjudged = run.db.$client
    .prepare("SELECT suite, completions, unjudged FROM v_evals WHERE step = 0 AND unjudged > 0")
    .raw();
  expect(unjudged.all()).toEqual([["test", 6, 2]]);

  const broken = await scriptedRun(join(folder, "evaluation-broken"), PLAIN);
  await expect(broken.work({ policy: refusing(() => true) })).rejects.toMatchObject({
    message: expect.stringMatching(/^2 of 9 problems of the test set cannot be sampled.*bad token \(1\)$/),
  });
  await broken.work();
  expect(broken.run().state).toBe("succeeded");
});
