import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { inProcessPool } from "../../../test/support/scripted/in-process-pool.ts";
import { verifiersSchema } from "../../config/verifier-schema.ts";
import { createJudge } from "./judge.ts";

let folder: string;
let words: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-inputs-"));
  words = join(folder, "words.txt");
  writeFileSync(words, "cat");
});
afterEach(() => rmSync(folder, { recursive: true }));

const judgeWith = (entry: object) =>
  createJudge(verifiersSchema.parse([{ name: "exact", ...entry }]), undefined, inProcessPool());

async function keyWith(entry: object): Promise<string | null | undefined> {
  const judge = await judgeWith(entry);
  const text = { text: "2", truncated: false };
  const [judged] = await judge.group({ problem: "1+1", answer: "2" }, [text], new AbortController().signal);
  await judge.close();
  return judged?.verdicts[0]?.key;
}

it("gives verdicts another key when a file that they depend on changes, or the version", async () => {
  const keys = [await keyWith({}), await keyWith({ inputs: [words] }), await keyWith({ version: "first" })];
  expect(await keyWith({ inputs: [words] })).toBe(keys[1]);
  writeFileSync(words, "dog");
  keys.push(await keyWith({ inputs: [words] }), await keyWith({ version: "second" }));
  expect(new Set(keys).size).toBe(5);
});

it("stores the version that the recipe gives", async () => {
  const judge = await judgeWith({ version: 7 });
  expect(judge.verifiers).toMatchObject([{ label: "exact", version: "7" }]);
  await judge.close();
});

it("refuses a file that is not there, or is none", async () => {
  for (const path of [join(folder, "wrods.txt"), folder])
    await expect(keyWith({ inputs: [path] })).rejects.toMatchObject({
      code: "missing_file",
      message: expect.stringContaining(path) as unknown,
    });
});

it("ends the work when a file changes while it is in use, rather than store verdicts of both under one key", async () => {
  const judge = await judgeWith({ inputs: [words] });
  const ask = () => judge.group({ answer: "2" }, [{ text: "2", truncated: false }], new AbortController().signal);
  await ask();
  writeFileSync(words, "another");
  await expect(ask()).rejects.toMatchObject({
    code: "verifier_failed",
    message: expect.stringContaining("words.txt") as unknown,
  });
  await judge.close();
});
