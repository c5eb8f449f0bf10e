import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { advantagesCommand } from "../../src/cli/commands/advantages.ts";
import { configureObjective } from "../../src/objectives/registry.ts";
import { surrogateLoss } from "../objectives/surrogate-loss.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-advantages-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("turns the rewards of a file into one JSON document, with options set", async () => {
  writeFileSync(
    join(folder, "groups.json"),
    JSON.stringify({ groups: [{ rewards: [1, null, 0, 0], lengths: [2, 9, 3, 5] }] }),
  );
  const { code, stdout } = await rlvr(["advantages", "grpo", "--input", "groups.json", "--set", "eps=1e-4"], folder);
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
  const { stdout } = await rlvr(["advantages", "grpo", "--input", "-", "--set", "scale=none"], undefined, { stdin });
  expect(JSON.parse(stdout)).toEqual({ groups: [{ advantages: [0.5, -0.5], weights: [0.5, 0.5] }] });
});

it.each([
  ["no JSON", "{", "not JSON"],
  ["a wrong field", '{"groups":[{"rewards":[1]},{"rewards":["x"]}]}', "groups[1].rewards[0]"],
  ["lengths that do not fit", '{"groups":[{"rewards":[1,0],"lengths":[1]}]}', "groups[0].lengths: has 1 entries where"],
  ["an unknown field", '{"groups":[{"rewards":[1],"lenghts":[1]}]}', "lenghts"],
])("refuses %s, naming the place", async (_, stdin, message) => {
  const { code, stdout, stderr } = await rlvr(["advantages", "grpo", "--input", "-"], undefined, { stdin });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stdout).toBe("");
});

it.each([
  ["objective", ["dpro", "--input", "-"], 'no objective "dpro"'],
  ["option", ["grpo", "--input", "-", "--set", "epsilon=1"], 'unknown key "epsilon"'],
  ["file", ["grpo", "--input", "nowhere.json"], "no file at"],
])("refuses an unknown %s", async (_, arguments_, message) => {
  const { code, stderr } = await rlvr(["advantages", ...arguments_], undefined, { stdin: '{"groups":[]}' });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

/** One group as the command prints it. */
interface PrintedGroup {
  readonly advantages: readonly number[];
  readonly weights: readonly number[];
  readonly advantages_2?: readonly number[];
  readonly weights_2?: readonly number[];
  readonly token_advantages?: readonly (readonly number[])[];
}

/**
 * What the command prints for groups, with options as after --set. Run in this process, as starting one for every case
 * would take most of the time; the tests above show that it comes out of a process as well.
 */
async function credit(objective: string, groups: readonly object[], ...options: string[]): Promise<PrintedGroup[]> {
  const input = join(folder, "case.json");
  writeFileSync(input, JSON.stringify({ groups }));
  const written: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text, ...rest: unknown[]) => {
    written.push(String(text));
    const done = rest.at(-1);
    if (typeof done === "function") done();
    return true;
  });
  try {
    const set = options.flatMap((option) => ["--set", option]);
    await advantagesCommand().parseAsync([objective, "--input", input, ...set], { from: "user" });
  } finally {
    stdout.mockRestore();
  }
  return (JSON.parse(written.join("")) as { groups: PrintedGroup[] }).groups;
}

const near = (values: readonly number[], digits = 6): unknown[] => values.map((value) => expect.closeTo(value, digits));

/** A value once and another so many times. */
const one = (value: number, times: number, rest: number): number[] => [value, ...new Array<number>(times).fill(rest)];

const SUCCESS = { rewards: [1, 0, 0, 0] };
const HOLE = { rewards: [1, null, 0, 0] };
const OF_EIGHT = { rewards: one(1, 7, 0) };
const TWO = [{ rewards: [1, 0.2, 0, 0.7] }, { rewards: [1, 1, 0, 0] }];

describe("advantages as papers and packages have them", () => {
  it.each<[string, string[], readonly object[], number[][], number]>([
    ["grpo", [], [SUCCESS, OF_EIGHT], [one(1.499997, 3, -0.499999), one(2.474867, 7, -0.353552)], 6],
    ["grpo", ["std=population"], [OF_EIGHT], [one(2.645743, 7, -0.377963)], 6],
    ["grpo", ["scale=none"], [SUCCESS], [one(0.75, 3, -0.25)], 12],
    ["grpo", ["eps=1e-4"], [SUCCESS, HOLE], [one(1.4997, 3, -0.4999), [1.1545, 0, -0.57725, -0.57725]], 4],
    [
      "grpo",
      ["eps=1e-4"],
      TWO,
      [
        [1.147673, -0.601162, -1.038371, 0.49186],
        [0.865875, 0.865875, -0.865875, -0.865875],
      ],
      6,
    ],
    [
      "grpo",
      ["eps=1e-4", "scale=batch"],
      TWO,
      [
        [1.088156, -0.569986, -0.984522, 0.466352],
        [1.036339, 1.036339, -1.036339, -1.036339],
      ],
      6,
    ],
    ["dr-grpo", ["max_tokens=8"], [SUCCESS], [one(0.75, 3, -0.25)], 12],
    ["rloo", [], [SUCCESS, HOLE], [one(1, 3, -1 / 3), [1, 0, -0.5, -0.5]], 6],
    ["maxrl", [], [SUCCESS], [[3, -1, -1, -1]], 12],
  ])("%s %j", async (objective, options, groups, expected, digits) => {
    const credited = await credit(objective, groups, ...options);
    expect(credited.map((group) => group.advantages)).toEqual(expected.map((own) => near(own, digits)));
  });

  it("copo: two surrogates with their shares of the weight", async () => {
    const groups = await credit("copo", [
      { rewards: one(0, 5, 0), answers: ["7", "7", "7", "7", "7", "7"] },
      { rewards: [1, 1, 1, 0, 0, 0], answers: ["4", "4", "4", "5", "5", "6"] },
      { rewards: one(1, 5, 1), answers: ["2", "2", "2", "2", "2", "2"] },
      { rewards: one(0, 5, 0), answers: ["1", "2", "3", "4", "5", "6"] },
    ]);
    expect(groups.map((group) => group.advantages_2)).toEqual(
      [-0.783348, 0.261116, 1.30558, -0.783348].map((global) => near(one(global, 5, global))),
    );
    // Every token of the 24 has 1/24 in all.
    expect(groups.map((group) => (group.weights[0] ?? NaN) * 24)).toEqual(
      near([0.006693, 0.908524, 0.006693, 0.999638]),
    );
    for (const { weights, weights_2: global = [] } of groups) {
      expect(weights.map((weight, index) => weight + (global[index] ?? NaN))).toEqual(near(one(1 / 24, 5, 1 / 24), 12));
    }
  });

  it("dapo: the overlong penalty is in the rewards", async () => {
    const lengths = [16384, 16385, 18432, 20480, 30000];
    const group = { rewards: [1, 1, 1, 1, 1], lengths };
    const [credited] = await credit("dapo", [group], "max_tokens=20480", "overlong_buffer=4096", "scale=none");
    const first = credited?.advantages[0] ?? NaN;
    expect(credited?.advantages.map((advantage) => advantage - first)).toEqual(
      near([0, -0.000244140625, -0.5, -1, -1], 12),
    );
  });

  it("a teacher credits tokens, and lengths are those of the log-probabilities", async () => {
    const group = {
      rewards: [0, 0],
      logprobs: [[-0.1, -2, -0.5], [-1]],
      teacher_logprobs: [[-0.2, -0.5, -3.5], [-1]],
    };
    const [credited] = await credit("grpo", [group], "teacher_coef=1");
    expect(credited?.token_advantages).toEqual([near([-0.1, 1.5, -3]), [0]]);
    expect(credited?.weights).toEqual([0.25, 0.25]);
  });
});

describe("weights as packages have them", () => {
  const logprobs = {
    new: [
      [-0.7, -2.5, -0.5],
      [-0.6, -1.2, -2, -0.7],
    ],
    old: [
      [-1, -2, -0.5],
      [-0.3, -1.5, -2.5, -0.7],
    ],
  };

  it.each<[string[], number]>([
    [["weights=token-mean"], 0.284578],
    [["weights=token-mean", "clip_high=0.28"], 0.27315],
    [["weights=seq-mean-token-mean"], 0.132067],
    [["weights=seq-mean-token-sum"], 0.996025],
    [["weights=seq-mean-token-sum-norm", "max_tokens=4"], 0.249006],
  ])("%j adds the worked example up to %d", async (options, expected) => {
    const [credited] = await credit("grpo", [{ rewards: [1, 0], lengths: [3, 4] }], ...options);
    const clipHigh = options.includes("clip_high=0.28") ? 0.28 : 0.2;
    const { surrogate } = configureObjective("grpo", { dual_clip: 3, clip_high: clipHigh });
    const sequences = [1, -1].map((advantage, index) => ({
      new: logprobs.new[index] ?? [],
      old: logprobs.old[index] ?? [],
      sampled: logprobs.old[index] ?? [],
      reference: logprobs.old[index] ?? [],
      advantage,
      weight: credited?.weights[index] ?? NaN,
    }));
    expect(surrogateLoss(sequences, surrogate)).toBeCloseTo(expected, 6);
  });
});

it.each([
  ["copo without answers", "copo", [], { rewards: [1, 0] }, "answers"],
  ["a teacher who says nothing", "grpo", ["teacher_coef=1"], { rewards: [1, 0] }, "log-probabilities"],
  ["maxrl with a negative reward", "maxrl", [], { rewards: [1, -1] }, "below 0"],
  ["the norm without its constant", "dr-grpo", [], { rewards: [1, 0] }, "max_tokens"],
  ["a correction of the sampler by itself", "gspo", ["correction=token-mask"], { rewards: [] }, "old: recompute"],
])("refuses %s", async (_, objective, options, group, message) => {
  const refused = credit(objective, [group], ...options);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ code: "bad_recipe" });
});
