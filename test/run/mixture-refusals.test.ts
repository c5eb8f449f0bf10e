import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { halfRight, mixtureRecipe, writeMixture } from "../support/mixture.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-mixture-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const policy = { answer: halfRight };

describe("refuses at the door, with the line", () => {
  const { problems, ...rest } = mixtureRecipe();
  const { sources } = problems;
  const recipe = (changed: object) => ({ ...rest, problems: { ...problems, ...changed } });
  const cases: readonly [string, object, RegExp][] = [
    [
      "a practice set beside sources",
      recipe({ practice: "sums.jsonl" }),
      /line \d+: problems\.practice: each source names its own files/,
    ],
    [
      "neither",
      recipe({ sources: undefined }),
      /line \d+: problems\.practice: missing: name a file of problems, or several sources/,
    ],
    [
      "two sources of one name",
      recipe({ sources: [sources[0], sources[0]] }),
      /line \d+: problems\.sources\.1\.name: two sources are called "maths"/,
    ],
    [
      "a name that is none",
      recipe({ sources: [{ ...sources[0], name: "a/b" }] }),
      /line \d+: problems\.sources\.0\.name: the name of a source has letters/,
    ],
    [
      "an arm of another source",
      recipe({ sources: [sources[0], { ...sources[1], arm: "maths/add" }] }),
      /line \d+: problems\.sources\.1\.arm: "maths\/add" is an arm of the source "maths" too/,
    ],
    [
      "a weight of one only",
      recipe({ sources: [sources[0], { ...sources[1], weight: 2 }] }),
      /line \d+: problems\.sources\.1\.weight: either all sources have a weight or none has/,
    ],
    [
      "arms named twice",
      recipe({ arms: ["source", "arm"] }),
      /line \d+: problems\.arms: an arm of a source begins with the source's name already/,
    ],
    [
      "no verifiers",
      { ...recipe({}), verifiers: undefined },
      /line \d+: problems\.sources\.1\.verifiers: missing: neither the source nor the recipe has verifiers/,
    ],
    [
      "an unknown key",
      recipe({ sources: [{ ...sources[0], fil: "a" }] }),
      /line \d+: unknown key "fil" in problems\.sources\.0; did you mean "file"\?/,
    ],
    [
      "a file that is not there",
      recipe({ sources: [{ ...sources[0], file: "none.jsonl" }] }),
      /none\.jsonl \(problems\.sources\.0\.file\), which does not exist/,
    ],
    [
      "a prompt that does not fit its problems",
      recipe({ sources: [{ ...sources[0], prompt: { messages: [{ role: "user", content: "{{ problm }}" }] } }] }),
      /source maths: sources\.maths\.prompt\.messages\.0\.content, line 1: no problem of .*sums\.jsonl has a field "problm"/,
    ],
    [
      "problems that a verifier cannot judge",
      recipe({ sources: [{ ...sources[0], verifiers: [{ name: "instructions" }] }] }),
      /source maths: .*sums\.jsonl: the verifier instructions cannot judge the problem "1 \+ 2"/,
    ],
  ];
  test.each(cases)("%s", async (_, changed, message) => {
    writeMixture(folder);
    await expect(scriptedRun(folder, { ...changed })).rejects.toThrow(message);
  });
});

test("refuses a source of which too long prompts would leave nothing", async () => {
  const long = { facts: { prompt: { messages: [{ role: "user", content: `${"long ".repeat(20)}{{ problem }}` }] } } };
  const { problems, ...recipe } = writeMixture(folder, long);
  const run = await scriptedRun(folder, { ...recipe, problems: { ...problems, too_long: "drop" } });
  await expect(run.work({ policy: { ...policy, maxModelLength: 64 } })).rejects.toThrow(
    "no problem of the practice set of the source facts would be left",
  );
});
