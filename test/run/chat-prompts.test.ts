import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ChatMessage, Conversation } from "../../src/core/chat.ts";
import { packagePath } from "../../src/core/package-files.ts";
import type { PolicyClient } from "../../src/policy/policy-client.ts";
import { scriptedPolicy, type PolicyScript } from "../support/scripted/scripted-policy.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-chat-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SETS = { practice: "practice.jsonl", development: "development.jsonl", test: "test.jsonl" };

/** A prompt of the kind that models are tuned with: a system message, a turn to learn from, and the problem's. */
function chat(): object {
  writeFileSync(join(folder, "turn.md"), readFileSync(packagePath("prompts/microcosm.md")));
  return {
    messages: [
      { role: "system", content: "K {{ operation }}{{ direction }}" },
      { role: "user", content: "______1+>2" },
      { role: "assistant", content: "3" },
      { role: "user", template: join(folder, "turn.md") },
    ],
    chat_template_kwargs: { enable_thinking: false },
  };
}

const ANSWERS = new Map(
  readFileSync(packagePath("curricula/microcosm/practice.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { problem: string; answer: string })
    .map(({ problem, answer }) => [problem, answer]),
);

/** A policy that is right half of the time where it multiplies with a hint, or does not multiply. */
const answer: PolicyScript["answer"] = ({ prompt, random }) => {
  const turn = prompt.slice(prompt.lastIndexOf("\n") + 1);
  const isHard = turn.includes("*") && !turn.startsWith("S");
  return random < 0.5 && !isHard ? (ANSWERS.get(turn.slice(6)) ?? "?") : "?";
};

interface StoredPrompt {
  readonly text: string;
  readonly messages: readonly ChatMessage[];
}

const prompts = ({ db }: ScriptedRun): StoredPrompt[] =>
  (db.$client.prepare("SELECT text, messages FROM prompts").all() as { text: string; messages: string }[]).map(
    ({ text, messages }) => ({ text, messages: JSON.parse(messages) as ChatMessage[] }),
  );

test("asks by the messages of the recipe, their hints in the last, and stores what was asked", async () => {
  const run = await scriptedRun(folder, { steps: 2, problems: { ...SETS, prompt: chat() } });
  const asked: Conversation[] = [];
  await run.work({
    ports: {
      servePolicy: (_, { weights }) => {
        const policy = scriptedPolicy({ answer }, weights);
        const call: typeof policy.call = (work) =>
          policy.call((client) => {
            const tokenize: PolicyClient["tokenize"] = (conversation, signal) => {
              asked.push(conversation);
              return client.tokenize(conversation, signal);
            };
            return work({ ...client, tokenize });
          });
        return Promise.resolve({ ...policy, call });
      },
    },
  });
  expect(new Set(asked.map(({ chatTemplateKwargs }) => JSON.stringify(chatTemplateKwargs)))).toEqual(
    new Set(['{"enable_thinking":false}']),
  );
  const stored = prompts(run);
  for (const { text, messages } of stored) {
    expect(messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    const [system, , , turn] = messages.map(({ content }) => content);
    const [, operation, direction] = /\d([-+*])([<>])\d+$/.exec(turn ?? "") ?? [];
    expect(system).toBe(`K ${operation}${direction}`);
    expect(text).toBe(`[system]\n${system}\n\n[user]\n______1+>2\n\n[assistant]\n3\n\n[user]\n${turn}`);
  }
  const hinted = stored.filter(({ messages }) => !messages.at(-1)?.content.startsWith("______"));
  expect(hinted.length).toBeGreaterThan(0);
});

test("reads nothing again when it is resumed, and reports a template that was edited", async () => {
  const changes = { steps: 2, problems: { ...SETS, prompt: chat() } };
  const whole = await scriptedRun(join(folder, "whole"), changes);
  await whole.work({ policy: { answer } });
  const resumed = await scriptedRun(join(folder, "resumed"), changes);
  const listen = ({ type }: { readonly type: string }): void => {
    if (type === "step_finished") throw new Error("crashed");
  };
  await expect(resumed.work({ policy: { answer }, listen })).rejects.toThrow("crashed");
  writeFileSync(join(folder, "turn.md"), "{{ problem }} is another prompt");
  await resumed.work({ policy: { answer } });
  expect(whole.hash()).toEqual(expect.any(String));
  expect(resumed.hash()).toBe(whole.hash());
  expect(resumed.events).toContainEqual(
    expect.objectContaining({ type: "sources_edited", files: [join(folder, "turn.md")] }),
  );
  rmSync(join(folder, "turn.md"));
  expect(prompts(resumed)).toEqual(prompts(whole));
});

test("a fork stores its parent's messages as they are, and goes on from its evaluations", async () => {
  const parent = await scriptedRun(folder, {
    steps: 2,
    checkpoints: { keep_every: 1 },
    problems: { ...SETS, prompt: chat() },
  });
  await parent.work({ policy: { answer } });
  const fork = await parent.fork(1);
  await fork.work({ policy: { answer } });
  expect(fork.run().promptTemplate).toBe(parent.run().promptTemplate);
  expect(fork.events.filter((event) => event.type === "eval_finished" && event.step === 1)).toEqual([]);
});

test.each([
  ["a hint outside of the last message", "{{ hint.tier }}", "prompt.messages.0.content, line 1: there is no hint in"],
  ["a field that no problem has", "Good luck.\n{{ directoin }}", "prompt.messages.0.content, line 2: no problem of"],
  [
    "a filter that there is not",
    "{{ direction | uper }}",
    'prompt.messages.0.content, line 1: there is no filter "uper"',
  ],
  ["the answer", "{{ answer }}", `templates cannot use a problem's "answer"`],
])("refuses %s with the message and the line", async (_, content, fault) => {
  const messages = [
    { role: "system", content },
    { role: "user", template: packagePath("prompts/microcosm.md") },
  ];
  await expect(scriptedRun(folder, { problems: { ...SETS, prompt: { messages } } })).rejects.toThrow(fault);
});

test.each([
  [
    { messages: [{ role: "system", content: "a" }] },
    /line \d+: problems\.prompt\.messages: the last message is the user's/,
  ],
  [{ messages: [{ role: "user" }] }, /problems\.prompt\.messages\.0: a message is written by a file/],
  [{ messages: [{ role: "usr", content: "a" }] }, /problems\.prompt\.messages\.0\.role: Invalid option/],
  [{ messages: [{ role: "user", contents: "a" }] }, /unknown key "contents" in .*; did you mean "content"\?/],
  [{ mesages: [] }, /unknown key "mesages" in problems\.prompt; did you mean "messages"\?/],
  [
    { user: { content: "{{ message }}" }, messages: [{ role: "user", content: "a" }] },
    /problems\.prompt\.user: it is for/,
  ],
  [
    { messages: [{ role: "user", template: "nowhere.md" }] },
    /nowhere\.md \(prompt\.messages\.0\.template\), which does not/,
  ],
])("refuses a prompt that is none at its line: %j", async (prompt, fault) => {
  await expect(scriptedRun(folder, { problems: { ...SETS, prompt } })).rejects.toThrow(fault);
});
