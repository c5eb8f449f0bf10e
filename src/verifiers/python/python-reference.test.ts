import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifierInPython } from "./python-reference.ts";

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-reference-"));
  file = join(folder, "rewards:1.py");
  writeFileSync(
    file,
    "from functools import partial\nfrom trl.rewards import think_format_reward\n" +
      "def length_reward(completions): ...\n\nasync def käse(completions):\n    def inner(): ...\n" +
      "brief_reward = partial(length_reward)\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

it("leaves other names to others", () => {
  expect(verifierInPython("numeric")).toBeUndefined();
  expect(verifierInPython("/path/of/python.ts")).toBeUndefined();
});

it.each(["length_reward", "käse", "brief_reward", "think_format_reward"])(
  "takes what a file defines, makes or imports: %s",
  (name) => {
    expect(verifierInPython(`python:${file}:${name}`)).toMatchObject({
      name: `python:rewards:1.py:${name}`,
    });
  },
);

it("names the nearest function of a file", () => {
  expect(() => verifierInPython(`python:${file}:lenght_reward`)).toThrow(
    expect.objectContaining({
      code: "unknown_name",
      advice: 'Did you mean "length_reward"? There are: length_reward, käse.',
    }),
  );
});

it("cannot tell what a star import brings", () => {
  const starred = join(folder, "starred.py");
  writeFileSync(starred, "from trl.rewards import *\n");
  expect(verifierInPython(`python:${starred}:think_format_reward`)).toBeDefined();
});

it.each([
  ["python:rewards.py:reward", "bad_usage"],
  ["python:/nowhere/rewards.py:reward", "missing_file"],
  ["python:", "bad_usage"],
  ["reasoning-gym:", "bad_usage"],
  ["reasoning-gym:leg counting", "bad_usage"],
])("refuses %s", (reference, code) => {
  expect(() => verifierInPython(reference)).toThrow(expect.objectContaining({ code }));
});

it("says how to name a function when none is named", () => {
  for (const reference of [`python:${file}`, `python:${file}:`, `python:${file}:a.b`, `python:${folder}:a`]) {
    expect(() => verifierInPython(reference)).toThrow(
      expect.objectContaining({ advice: expect.stringContaining("python:/") }),
    );
  }
});

it("takes any dataset of reasoning-gym", () => {
  expect(verifierInPython("reasoning-gym:leg_counting")).toMatchObject({ name: "reasoning-gym:leg_counting" });
});
