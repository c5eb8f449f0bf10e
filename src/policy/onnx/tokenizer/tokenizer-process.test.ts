import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packagePath } from "../../../core/package-files.ts";
import { TokenizerProcess, type TokenizerLimits } from "./tokenizer-process.ts";
import { loadTokenizer } from "./tokenizer.ts";

const TINY = packagePath("policies/tiny");
const CHAT = [{ role: "user", content: "12+3" }] as const;
const LIMITS: TokenizerLimits = { loadMs: 60_000, taskMs: 1500, memoryMb: 128 };

/** The tiny policy's tokenizer with changed files, in a process that is ended with the test. */
function hostile(file: string, change: Record<string, unknown>, limits = LIMITS): TokenizerProcess {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-tokenizer-"));
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) cpSync(join(TINY, name), join(folder, name));
  const old = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, unknown>;
  writeFileSync(join(folder, file), JSON.stringify({ ...old, ...change }));
  const tokenizer = new TokenizerProcess(folder, limits);
  onTestFinished(() => {
    tokenizer.close();
    rmSync(folder, { recursive: true });
  });
  return tokenizer;
}

const withTemplate = (chat_template: string): TokenizerProcess => hostile("tokenizer_config.json", { chat_template });
const badCheckpoint = (message: RegExp): unknown =>
  expect.objectContaining({ code: "bad_checkpoint", message: expect.stringMatching(message) });

test("gives what the tokenizer gives in this process", async () => {
  const here = loadTokenizer(TINY);
  const tokenizer = new TokenizerProcess(TINY);
  onTestFinished(() => tokenizer.close());
  const ids = await tokenizer.encodeChat({ messages: CHAT }, { addGenerationPrompt: true });
  expect(ids).toEqual(here.encodeChat({ messages: CHAT }, { addGenerationPrompt: true }));
  expect(await tokenizer.encode("7*8")).toEqual(here.encode("7*8"));
  expect(await tokenizer.decodeAll([ids, [], [4, 1]])).toEqual([here.decode(ids), "", here.decode([4, 1])]);
  expect(await tokenizer.tokenTexts(ids)).toEqual([..."12+3="]);
  expect(await tokenizer.vocabulary(3)).toEqual(["<pad>", "<eos>", "0"]);
  await expect(tokenizer.encode("é")).rejects.toThrow(expect.objectContaining({ code: "unsupported_character" }));
});

test.each([
  ["loops", "{% for i in range(10**9) %}{% for j in range(10**9) %}x{% endfor %}{% endfor %}"],
  [
    "calls itself without end in turns",
    "{% macro f(n) %}{% for i in range(9) %}{{ f(n - 1) if n > 0 }}{% endfor %}{% endmacro %}{{ f(90) }}",
  ],
])("refuses a chat template that %s, and goes on with the rest", async (_, template) => {
  const tokenizer = withTemplate(template);
  const refused = tokenizer.encodeChat({ messages: CHAT }, { addGenerationPrompt: true });
  // Waited behind it: of its kind, and of another.
  const behind = tokenizer.encodeChat({ messages: CHAT }, { addGenerationPrompt: false });
  const other = tokenizer.encode("12");
  await expect(refused).rejects.toThrow(
    badCheckpoint(/cannot render .* by its chat template: it takes more than (?:2 s|128 MiB)/),
  );
  await expect(behind).rejects.toThrow(badCheckpoint(/it takes more than (?:2 s|128 MiB)/));
  expect(await other).toEqual([3, 4]);
});

test("refuses a chat template whose text doubles until memory is full, and lives on", async () => {
  const double =
    "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(25) %}{% set ns.s = ns.s + ns.s %}{% endfor %}";
  const tokenizer = withTemplate(`${double}{{ ns.s | replace('x', 'yy') }}`);
  await expect(tokenizer.encodeChat({ messages: CHAT }, { addGenerationPrompt: true })).rejects.toThrow(
    badCheckpoint(/128 MiB of memory|more than 2 s/),
  );
  expect(await tokenizer.encode("12")).toEqual([3, 4]);
});

test("refuses a regular expression that backtracks, wherever tokenizer.json has it", async () => {
  const Regex = "^([0-9]+)+$";
  const digits = `${"1234567890".repeat(6)}=`;
  const split = { type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false };
  const encoding = hostile("tokenizer.json", { pre_tokenizer: split });
  await expect(encoding.encode(digits)).rejects.toThrow(badCheckpoint(/cannot encode a text: it takes more than/));
  const replace = { type: "Replace", pattern: { Regex }, content: "" };
  const decoder = { type: "Sequence", decoders: [{ type: "Fuse" }, replace] };
  const decoding = hostile("tokenizer.json", { decoder });
  const ids = await decoding.encode(digits);
  await expect(decoding.decodeAll([ids])).rejects.toThrow(badCheckpoint(/cannot decode tokens: it takes more than/));
  const added = [{ id: 0, content: digits, normalized: true, special: false }];
  const loading = hostile("tokenizer.json", { normalizer: replace, added_tokens: added }, { ...LIMITS, loadMs: 3000 });
  await expect(loading.encode("1")).rejects.toThrow(badCheckpoint(/cannot load: it takes more than 3 s/));
});

test("refuses an answer that is too long to be handed on", async () => {
  const twice = { type: "Replace", pattern: { Regex: "(?=[^x])" }, content: "x".repeat(3000) };
  const tokenizer = hostile("tokenizer.json", { decoder: { type: "Sequence", decoders: [{ type: "Fuse" }, twice] } });
  await expect(tokenizer.decodeAll([Array<number>(20_000).fill(4)])).rejects.toThrow(
    badCheckpoint(/what it gives is too long|MiB of memory/),
  );
});

test("says why a tokenizer does not load, each time that it is asked for", async () => {
  const tokenizer = hostile("tokenizer.json", { model: { type: "Unigram", vocab: 7 } });
  await expect(tokenizer.encode("1")).rejects.toThrow(badCheckpoint(/cannot be used/));
  await expect(tokenizer.vocabulary(1)).rejects.toThrow(badCheckpoint(/cannot be used/));
});

test("refuses what was asked of it when it is closed", async () => {
  const tokenizer = new TokenizerProcess(TINY);
  const asked = tokenizer.encode("1");
  tokenizer.close();
  await expect(asked).rejects.toThrow(/was closed/);
  await expect(tokenizer.encode("1")).rejects.toThrow(/was closed/);
});
