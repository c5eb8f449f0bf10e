import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RlvrError } from "../../src/core/errors.ts";
import { HuggingFaceGraph } from "../../src/policy/onnx/hugging-face-graph.ts";
import { readHuggingFaceModel } from "../../src/policy/onnx/hugging-face-files.ts";
import { Scheduler } from "../../src/policy/onnx/scheduler.ts";
import type { FromWorker, GenerateRequest } from "../../src/policy/onnx/worker-messages.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { childrenOf, processesIn, startRlvr, type RlvrProcess } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { GOLDEN, PARROT } from "./parrot-fixture.ts";
import { post, TINY } from "./policy-fixture.ts";

// Short lists: a long one may end in a refusal of its own, when no array can hold it.
const FOREVER = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}";
const MESSAGES = [{ role: "user", content: "12+3" }];
/** Adds to a text what the next one backtracks over. */
const BACKTRACKING = [
  { type: "Replace", pattern: { Regex: "$" }, content: "0".repeat(60) },
  { type: "Replace", pattern: { Regex: "^([^x]+)+x" }, content: "" },
];

/** A folder with a copy of the tiny policy, whose files are changed. */
function hostile(changes: Readonly<Record<string, Record<string, unknown>>>): { folder: string; model: string } {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-hostile-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const model = join(folder, "tiny");
  cpSync(TINY, model, { recursive: true });
  for (const [name, change] of Object.entries(changes)) {
    const old = JSON.parse(readFileSync(join(model, name), "utf8")) as object;
    writeFileSync(join(model, name), JSON.stringify({ ...old, ...change }));
  }
  return { folder, model };
}

/** `rlvr policy serve` on a model, and its first line. */
function serve(folder: string, model: string): { process: RlvrProcess; line: Promise<string> } {
  const { promise: line, resolve } = Promise.withResolvers<string>();
  const args = ["policy", "serve", "--model", model, "--port", "0", "--json"];
  const process = startRlvr(args, { cwd: folder, onLine: resolve });
  onTestFinished(() => void process.child.kill("SIGKILL"));
  return { process, line };
}

test("a chat template without end is refused while all else is served, and Ctrl-C ends the server", async () => {
  const { folder, model } = hostile({ "tokenizer_config.json": { chat_template: FOREVER } });
  const { process, line } = serve(folder, model);
  const { url } = JSON.parse(await line) as { url: string };
  const rendered = post(url, "/tokenize", { messages: MESSAGES });
  const [health, models] = await Promise.all([fetch(`${url}/health`), fetch(`${url}/v1/models`)]);
  expect([health.status, models.status]).toEqual([200, 200]);
  expect(await Promise.race([rendered, "not yet"])).toBe("not yet");
  const completion = post(url, "/v1/completions", { prompt: [3, 4, 12, 5, 17], max_tokens: 4, stop: ["%"] });
  expect(await rendered).toMatchObject({
    status: 400,
    body: {
      error: { rlvr_code: "bad_checkpoint", message: expect.stringMatching(/template: it takes more than \d s/) },
    },
  });
  expect(await completion).toMatchObject({ status: 200 });
  expect(await post(url, "/tokenize", { prompt: "12" })).toMatchObject({ body: { tokens: [3, 4] } });

  const hanging = post(url, "/tokenize", { messages: MESSAGES }).catch(() => undefined);
  await fetch(`${url}/health`);
  process.child.kill("SIGINT");
  expect(await process.ended).toMatchObject({ code: 0 });
  await hanging;
  await expect.poll(() => processesIn(folder), { timeout: 10_000 }).toEqual([]);
});

test("Ctrl-C ends a server whose tokenizer never loads", async () => {
  const { folder, model } = hostile({
    "tokenizer.json": {
      normalizer: { type: "Sequence", normalizers: BACKTRACKING },
      added_tokens: [{ id: 0, content: "<pad>", normalized: true, special: false }],
    },
  });
  const { process } = serve(folder, model);
  const children = (): string =>
    childrenOf(process.child.pid as number)
      .map(({ command }) => command)
      .join();
  await expect.poll(children, { timeout: 60_000 }).toContain("tokenizer-main");
  process.child.kill("SIGINT");
  expect(await process.ended).toMatchObject({ signal: "SIGINT" });
  await expect.poll(() => processesIn(folder), { timeout: 10_000 }).toEqual([]);
});

test("a run is refused when the policy's tokenizer does not come to an end", async () => {
  const { folder, model } = hostile({
    "tokenizer.json": { normalizer: { type: "Sequence", normalizers: BACKTRACKING } },
  });
  const recipe = writeSmallRecipe(folder, { steps: 1 });
  const { code, stderr } = await rlvr(["run", recipe, "--db", "runs.db", "--set", `policy.model=${model}`], folder);
  expect(stderr).toMatch(/cannot encode a text: it takes more than \d s/);
  expect(code).toBe(2);
});

test("a tokenizer that refuses to decode ends the requests with stop strings, not those of others", async () => {
  const model = readHuggingFaceModel(PARROT, undefined);
  const answers: FromWorker[] = [];
  const request = (stop: readonly string[]): GenerateRequest => ({
    promptIds: GOLDEN.cases[0]?.prompt ?? [],
    scorePrompt: false,
    n: 2,
    seed: 1,
    sampling: { temperature: 1, topP: 1, topK: 0 },
    maxTokens: 4,
    stop,
    skipSpecialTokens: true,
    stopTokenIds: [],
    stream: false,
  });
  const { promise: both, resolve } = Promise.withResolvers<void>();
  const scheduler = new Scheduler({
    config: model.config,
    graph: await HuggingFaceGraph.open(model, "cpu", 1),
    maxRows: 8,
    minRows: 2,
    cacheBytes: 1e6,
    decode: () => Promise.reject(new RlvrError("bad_checkpoint", "it takes more than 5 s", { advice: "Look." })),
    send(message) {
      if (message.kind !== "done" && message.kind !== "failed") return;
      answers.push(message);
      if (answers.length === 2) resolve();
    },
  });
  scheduler.submit(0, request(["never"]));
  scheduler.submit(1, request([]));
  await both;
  expect(answers).toMatchObject([
    { kind: "failed", id: 0, error: { code: "bad_checkpoint", message: "it takes more than 5 s" } },
    { kind: "done", id: 1, result: { reasons: ["length", "length"] } },
  ]);
});
