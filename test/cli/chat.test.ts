import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-chat-"));
  const recipe = writeSmallRecipe(join(folder, "recipe"), { steps: 2, trainer: { epochs: 2, learning_rate: 0.01 } });
  expect((await rlvr(["run", recipe], folder)).code).toBe(0);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("answers one question by two versions, under their names", async () => {
  const { code, stdout } = await rlvr(["chat", "1", "--template", "--against", "base", "3+>52643"], folder);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^run 1, step 2 \(version 2\):\n\S+\n\nrun 1, step 0 \(version 0\):\n\S+\n\n$/),
  ]);
});

test("answers lines of standard input, each a problem of its own with --template, in JSON", async () => {
  const stdin = "3+>52643\n\n1*<23456\n/quit\n3+>52643\n";
  const { code, stdout } = await rlvr(["chat", "1:1", "--template", "--json"], folder, { stdin });
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  const answer = { name: "run 1, step 1 (version 1)", text: expect.stringMatching(/^\d+$/), finish_reason: "stop" };
  expect([code, lines]).toMatchObject([
    0,
    [
      { question: "3+>52643", answers: [answer] },
      { question: "1*<23456", answers: [answer] },
    ],
  ]);
});

test.each([
  [["1:7", "1"], "has no step 7"],
  [["7", "1"], "there is no run 7"],
  [["newest", "1"], "names no version of a run"],
  [["1", "--temperature", "cold", "1"], "a number from 0"],
  [["1", "--source", "chains", "1"], "--template is missing"],
  [["1", "--template", "--source", "chains", "1"], 'no source "chains"'],
])("refuses %j", async (args, why) => {
  expect(await rlvr(["chat", ...args], folder)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
});

test("serves a version of a run until it is told to end", async () => {
  const listening = Promise.withResolvers<{ readonly url: string }>();
  const { child, ended } = startRlvr(["policy", "serve", "--run", "1:1", "--port", "0", "--json"], {
    cwd: folder,
    onLine: (line) => listening.resolve(JSON.parse(line) as { url: string }),
  });
  const { url } = await listening.promise;
  const models = await (await fetch(`${url}/v1/models`)).json();
  child.kill("SIGTERM");
  expect(models).toMatchObject({ policy_version: 1 });
  expect((await ended).code).toBe(0);
});

test("names the command that serves a run where another server does", async () => {
  const refused = await rlvr(["policy", "start", "vllm", "--run", "1"], folder);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("rlvr policy serve --run 1") });
});

test("asks by the template of one source of a mixture, and exports the templates of all", async () => {
  const small = ["--steps", "1", "--set", "sampling.groups=8", "--set", "evaluation.limit=5", "--db", "mixture.db"];
  const mixture = packagePath("curricula/microcosm-mixture.yaml");
  expect((await rlvr(["run", mixture, ...small], folder)).code).toBe(0);
  const chat = (...args: string[]) =>
    rlvr(["chat", "1", "--template", ...args, "3+>52643", "--db", "mixture.db"], folder);
  expect(await chat()).toMatchObject({ code: 2, stderr: expect.stringContaining("one of: chains, zeros") });
  expect(await chat("--source", "ones")).toMatchObject({ code: 2, stderr: expect.stringContaining("chains, zeros") });
  expect(await chat("--source", "zeros")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) });
  const exported = ["export", "1", "--format", "model", "--out", "tuned", "--db", "mixture.db"];
  expect((await rlvr(exported, folder)).code).toBe(0);
  const card = readFileSync(join(folder, "tuned", "README.md"), "utf8");
  expect(card).toContain("zeros, user:\n\n```jinja\nS_____{{ problem }}\n```");
  expect(card).toContain("chains, user:\n\n```jinja\n{#- The user turn");
}, 120_000);
