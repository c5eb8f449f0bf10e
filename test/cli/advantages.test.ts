import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-advantages-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("turns the rewards of a file into one JSON document, with options set", async () => {
  writeFileSync(
    join(folder, "groups.json"),
    JSON.stringify({ groups: [{ rewards: [1, null, 0, 0], lengths: [2, 9, 3, 5] }] }),
  );
  const { code, stdout } = await runCommand(["advantages", "grpo", "--input", "groups.json", "--set", "eps=1e-4"], {
    env: { INIT_CWD: folder },
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    groups: [
      {
        advantages: [1.1545, 0, -0.57725, -0.57725].map((value) => expect.closeTo(value, 4)),
        weights: [0.1, 0, 0.1, 0.1],
      },
    ],
  });
});

it("reads stdin, takes a missing length for 1, and accepts what other objectives need", async () => {
  const stdin = JSON.stringify({ groups: [{ rewards: [1, 0], passed: [true, false], answers: ["4", null] }] });
  const { stdout } = await runCommand(["advantages", "grpo", "--input", "-", "--set", "scale=none"], { stdin });
  expect(JSON.parse(stdout)).toEqual({ groups: [{ advantages: [0.5, -0.5], weights: [0.5, 0.5] }] });
});

it.each([
  ["no JSON", "{", "not JSON"],
  ["a wrong field", '{"groups":[{"rewards":[1]},{"rewards":["x"]}]}', "groups[1].rewards[0]"],
  ["lengths that do not fit", '{"groups":[{"rewards":[1,0],"lengths":[1]}]}', "groups[0].lengths: has 1 entries where"],
  ["an unknown field", '{"groups":[{"rewards":[1],"lenghts":[1]}]}', "lenghts"],
])("refuses %s, naming the place", async (_, stdin, message) => {
  const { code, stdout, stderr } = await runCommand(["advantages", "grpo", "--input", "-"], { stdin });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stdout).toBe("");
});

it.each([
  ["objective", ["dpro", "--input", "-"], 'no objective "dpro"'],
  ["option", ["grpo", "--input", "-", "--set", "epsilon=1"], 'unknown key "epsilon"'],
  ["file", ["grpo", "--input", "nowhere.json"], "no file at"],
])("refuses an unknown %s", async (_, arguments_, message) => {
  const { code, stderr } = await runCommand(["advantages", ...arguments_], { stdin: '{"groups":[]}' });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
