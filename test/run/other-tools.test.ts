import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChatMessage } from "../../src/core/chat.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { createJudges } from "../../src/run/scoring/source-judges.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

const FILES = fileURLToPath(new URL("fixtures/other-tools", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-other-tools-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The answers by what is asked, which every file asks alike. */
const ANSWERS = readFileSync(join(FILES, "verl.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { extra_info: { question: string }; reward_model: { ground_truth: string } })
  .map(({ extra_info: { question }, reward_model }) => [question, reward_model.ground_truth] as const);

/** Two steps on a file with verifiers and a policy that writes half of its answers right, as `written` has them. */
async function run(
  name: string,
  problems: object,
  verifiers: readonly object[],
  written: (answer: string) => string,
  changes: object = {},
): Promise<ScriptedRun> {
  const given = await scriptedRun(join(folder, name), {
    steps: 2,
    problems,
    // The policy is scripted. A server of somebody's own has the characters that the tiny policy's tokenizer lacks.
    policy: { model: packagePath("policies/tiny"), url: "http://127.0.0.1:1" },
    verifiers,
    sampling: { groups: 3, group_size: 4, max_tokens: 60 },
    scaffold: { name: "none" },
    curriculum: { name: "uniform" },
    ...changes,
  });
  await given.work({
    ports: { createJudges },
    policy: {
      answer({ prompt, random }) {
        const [, answer = ""] = ANSWERS.find(([question]) => prompt.includes(question)) ?? [];
        return written(random < 0.5 ? answer : "1");
      },
    },
  });
  return given;
}

const rows = <T>({ db }: ScriptedRun, query: string): T[] => db.$client.prepare(query).all() as T[];

/** Messages that were asked. */
const asked = (given: ScriptedRun): ChatMessage[][] =>
  rows<{ messages: string }>(given, "SELECT messages FROM prompts").map(
    ({ messages }) => JSON.parse(messages) as ChatMessage[],
  );

/** Rollouts by whether they passed: some did, some did not, and of none it is unknown. */
function expectJudged(given: ScriptedRun): void {
  expect(given.run().state).toBe("succeeded");
  const counts = rows<{ status: string; passed: number; n: number }>(
    given,
    "SELECT status, passed, count(*) AS n FROM v_verdicts GROUP BY 1, 2 ORDER BY 1, 2",
  );
  expect(new Set(counts.map(({ status }) => status))).toEqual(new Set(["ok"]));
  expect(new Set(counts.map(({ passed }) => passed))).toEqual(new Set([0, 1]));
}

test("a file of verl's runs with its reward function, asked by its own messages", async () => {
  const problems = {
    practice: join(FILES, "verl.jsonl"),
    fields: { messages: "prompt", answer: "reward_model.ground_truth", arm: "data_source" },
  };
  const given = await run("verl", problems, [{ python: join(FILES, "verl_reward.py:compute_score") }], (answer) => {
    return `So it is\n#### ${answer}`;
  });
  expectJudged(given);
  for (const messages of asked(given))
    expect(messages).toMatchObject([
      { role: "system", content: "You solve problems." },
      { role: "user", content: expect.stringMatching(/write the final answer after "####"\.$/) },
    ]);
});

test("a file of TRL's runs with its reward functions, asked by its own turns", async () => {
  const keep = { solution: "solution", difficulty: "difficulty" };
  const fields = { problem: "prompt", answer: "solution", keep };
  const problems = { practice: join(FILES, "trl.jsonl"), fields };
  const verifiers = [
    { python: join(FILES, "trl_rewards.py:accuracy_reward"), messages: true },
    { python: join(FILES, "trl_rewards.py:asked_in_turns"), messages: true, required: false },
  ];
  const given = await run("trl", problems, verifiers, (answer) => `<answer>${answer}</answer>`);
  expectJudged(given);
  for (const messages of asked(given)) {
    expect(messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(ANSWERS.map(([question]) => question)).toContain(messages.at(-1)?.content);
  }
});

test("a file of Scaf-GRPO's shape runs with verl's reward function, its hints in its own last message", async () => {
  const set = join(folder, "scaf-grpo.jsonl");
  const args = ["problems", "import", join(FILES, "scaf-grpo.jsonl"), "--from", "scaf-grpo", "--out", set];
  expect(await rlvr(args, folder)).toMatchObject({ code: 0 });
  const content = "{{ message }}{% if hint %}\n\nHint: {{ hint.parts | join(' ') }}{% endif %}";
  const given = await run(
    "scaf-grpo",
    { practice: set, prompt: { user: { content } } },
    [{ python: join(FILES, "verl_reward.py:compute_score") }],
    (answer) => (answer === "7" ? "I cannot." : `#### ${answer}`),
    { scaffold: { name: "scaf-grpo", exemption: 0 }, sampling: { groups: 4, group_size: 4, max_tokens: 60 } },
  );
  expectJudged(given);
  const hinted = asked(given).filter((messages) => messages.at(-1)?.content.includes("Hint: "));
  expect(hinted.length).toBeGreaterThan(0);
  for (const messages of hinted)
    expect(messages).toMatchObject([
      { role: "system", content: "You solve problems." },
      { role: "user", content: expect.stringMatching(/^Ann has 3 apples .* after "####"\.\nHint: \S/) },
    ]);
});

test("a file of open-instruct's runs with the verifier that its dataset names", async () => {
  const set = join(folder, "open-instruct.jsonl");
  const args = ["problems", "import", join(FILES, "open-instruct.jsonl"), "--from", "open-instruct", "--out", set];
  expect(await rlvr(args, folder)).toMatchObject({ code: 0 });
  const given = await run("open-instruct", { practice: set }, [{ name: "gsm8k" }], (answer) => {
    return `So the answer is ${answer}.`;
  });
  expectJudged(given);
  expect(new Set(rows<{ arm: string }>(given, "SELECT arm FROM groups").map(({ arm }) => arm))).toEqual(
    new Set(["gsm8k"]),
  );
  for (const [message, ...others] of asked(given)) {
    expect(others).toEqual([]);
    expect(message?.content).toMatch(/^Question: How much is 1 \+ 1\?[^]*\nAnswer:$/);
  }
});
