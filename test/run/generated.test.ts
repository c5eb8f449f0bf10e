import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainLine } from "../../src/cli/run-view/plain-line.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { addsHalf, SUMS, writeGeneratedSums } from "../support/generated-sums.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-generated-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rows = ({ db }: ScriptedRun, query: string): unknown[] => db.$client.prepare(query).raw().all();
const policy = { answer: addsHalf };

/** The problems that a run practised, in its order: their keys and texts. */
const practised = (run: ScriptedRun, source = "sums"): [key: string, text: string][] =>
  rows(
    run,
    `SELECT p.key, p.problem FROM groups g JOIN steps s ON s.id = g.step_id JOIN problems p ON p.id = g.problem_id
     WHERE s.run_id = ${run.run().id} AND p.source = '${source}' ORDER BY s.number, g.slot`,
  ) as [string, string][];

/** A generator whose problems depend on nothing but their index, so that all sets would have the same. */
const COUNTING = SUMS.replace(
  /generate[\s\S]*\n {2}\},/,
  "generate: ({ arm, index }) => ({ problem: `${arm} ${index} + 0`, answer: String(index) }),",
);

describe("a mixture of a generated source and one of a file", () => {
  test("practises each generated problem once, in the order of its arm, and judges it by its source's verifiers", async () => {
    const run = await scriptedRun(folder, { ...writeGeneratedSums(folder), steps: 6 });
    await run.work({ policy });
    expect(run.run().state).toBe("succeeded");
    const texts = practised(run).map(([, text]) => text);
    expect(texts.length).toBeGreaterThan(16);
    expect(new Set(texts).size).toBe(texts.length);
    for (const arm of ["small", "large"]) {
      const own = practised(run).filter(([key]) => key.startsWith(`sums/${arm}#`));
      expect(own.map(([key]) => key)).toEqual(own.map((_, index) => `sums/${arm}#seed-5-${index}`));
    }
    expect(practised(run, "facts").length).toBeGreaterThan(0);
    expect(rows(run, "SELECT DISTINCT source, verifier FROM v_verdicts ORDER BY 1")).toEqual([
      ["facts", "exact"],
      ["sums", "numeric"],
    ]);
    // The probability of a generated problem is that of its arm.
    expect(
      rows(
        run,
        `SELECT count(*) FROM groups g JOIN steps s ON s.id = g.step_id JOIN arms a ON a.run_id = s.run_id AND a.step = s.number AND a.arm = g.arm
         WHERE g.arm LIKE 'sums/%' AND g.round = 0 AND abs(g.propensity - a.probability) > 1e-9`,
      ),
    ).toEqual([[0]]);
    expect(rows(run, "SELECT DISTINCT suite, arm FROM v_evals WHERE source = 'sums' ORDER BY 1, 2")).toEqual([
      ["development", "sums/large"],
      ["development", "sums/small"],
      ["test", "sums/large"],
      ["test", "sums/small"],
    ]);
    expect(
      rows(
        run,
        "SELECT json_extract(extra, '$.terms') IS NOT NULL, count(*) FROM problems WHERE source = 'sums' GROUP BY 1",
      ),
    ).toHaveLength(1);
  });

  test("resumes from a crash at any event to the same rows and the same checkpoint", async () => {
    const whole = await scriptedRun(join(folder, "whole"), writeGeneratedSums(join(folder, "whole")));
    await whole.work({ policy });
    const dump = naturalDump(whole.databasePath);
    for (const kind of ["step_started", "phase_started", "group_finished"]) {
      const crashed = await scriptedRun(join(folder, kind), writeGeneratedSums(join(folder, kind)));
      let left = 2;
      const listen = ({ type }: { readonly type: string }): void => {
        if (type === kind && --left === 0) throw new Error("crashed");
      };
      await expect(crashed.work({ policy, listen }), kind).rejects.toThrow("crashed");
      await crashed.work({ policy });
      expect(crashed.hash(), kind).toBe(whole.hash());
      expect(naturalDump(crashed.databasePath), kind).toEqual(dump);
      expect(practised(crashed), kind).toEqual(practised(whole));
    }
  });

  test("draws by the sources' weights, and replaces groups without spread by further problems", async () => {
    const { problems, sampling, ...recipe } = writeGeneratedSums(folder);
    const sources = problems.sources.map((source, place) => ({ ...source, weight: place === 0 ? 3 : 1 }));
    const run = await scriptedRun(folder, {
      ...recipe,
      problems: { sources },
      sampling: { ...sampling, filter: "zero_variance", refill: 6 },
    });
    await run.work({ policy });
    expect(rows(run, "SELECT round(sum(probability), 9) FROM arms WHERE step = 2 AND arm LIKE 'sums/%'")).toEqual([
      [0.75],
    ]);
    expect(rows(run, "SELECT max(round) FROM groups")).not.toEqual([[0]]);
    const texts = practised(run).map(([, text]) => text);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

test("sampling ahead, draws the same problems however long sampling takes, and after a crash", async () => {
  const start = (name: string): Promise<ScriptedRun> => {
    // There are few different ones: many are passed over.
    const { sampling, ...recipe } = writeGeneratedSums(join(folder, name), {
      generate: { name: "./sums.mjs", below: 9 },
    });
    const refilled = { ...sampling, filter: "zero_variance", refill: 4 };
    return scriptedRun(join(folder, name), { ...recipe, steps: 5, pipeline: { depth: 2 }, sampling: refilled });
  };
  const whole = await start("whole");
  await whole.work({ policy });
  const keys = practised(whole).map(([key]) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(rows(whole, "SELECT count(*) > 3 FROM groups WHERE round > 0 AND arm LIKE 'sums/%'")).toEqual([[1]]);
  const slow = { ...policy, before: () => sleep(Math.random() < 0.1 ? 60 : 0) };
  const late = await start("late");
  await late.work({ policy: slow });
  const crashed = await start("crashed");
  let left = 20;
  const listen = ({ type }: { readonly type: string }): void => {
    if (type === "group_finished" && --left === 0) throw new Error("crashed");
  };
  await expect(crashed.work({ policy: slow, listen })).rejects.toThrow("crashed");
  await crashed.work({ policy });
  for (const run of [late, crashed]) {
    expect(practised(run)).toEqual(practised(whole));
    expect(run.hash()).toBe(whole.hash());
  }
});

test("makes the same held-out problems for every seed, and others to practise", async () => {
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  const runs = [
    await scriptedRun(one, { ...writeGeneratedSums(one), seed: 1 }),
    await scriptedRun(other, { ...writeGeneratedSums(other), seed: 2 }),
  ];
  const [first, second] = runs.map((run) =>
    ["development", "test", "practice"].map((set) =>
      rows(
        run,
        `SELECT problem FROM problems WHERE source = 'sums' AND set_id = (SELECT ${set}_set_id FROM runs) ORDER BY position`,
      ),
    ),
  );
  expect(first?.[0]).toHaveLength(6);
  expect(first?.[1]).toHaveLength(5);
  expect(second?.slice(0, 2)).toEqual(first?.slice(0, 2));
  expect(second?.[2]).not.toEqual(first?.[2]);
});

test("passes over problems that are held out", async () => {
  const run = await scriptedRun(folder, writeGeneratedSums(folder, { development: 6, test: 4 }, COUNTING));
  await run.work({ policy });
  const heldOut = (set: string) =>
    rows(
      run,
      `SELECT problem FROM problems WHERE source = 'sums' AND set_id = (SELECT ${set}_set_id FROM runs) ORDER BY problem`,
    );
  expect(heldOut("test").flat()).toEqual(["large 0 + 0", "large 1 + 0", "small 0 + 0", "small 1 + 0"]);
  expect(heldOut("development").flat()).toEqual(
    ["2", "3", "4"].flatMap((n) => [`large ${n} + 0`]).concat(["2", "3", "4"].map((n) => `small ${n} + 0`)),
  );
  for (const arm of ["small", "large"]) {
    const own = practised(run).flatMap(([, text]) => (text.startsWith(arm) ? [text] : []));
    expect(own).toEqual(own.map((_, place) => `${arm} ${place + 5} + 0`));
  }
});

test("stops at a generator that repeats itself, and says what to do", async () => {
  const few = SUMS.replace("below = 1000", "below = 3").replaceAll("10000", "10");
  await expect(scriptedRun(folder, writeGeneratedSums(folder, {}, few))).rejects.toMatchObject({
    code: "generator_failed",
    message: expect.stringMatching(
      /sums\.mjs made 1000 problems in a row of the arm "sums\/\w+", up to its problem \d+, that/,
    ),
    advice: expect.stringContaining("more different problems"),
  });
});

test("a fork draws the problems that its parent would have drawn", async () => {
  const parent = await scriptedRun(folder, { ...writeGeneratedSums(folder), steps: 4, checkpoints: { keep_every: 1 } });
  await parent.work({ policy });
  const fork = await parent.fork(2);
  await fork.work({ policy });
  expect(fork.run().practiceSetId).toBe(parent.run().practiceSetId);
  const all = practised(parent);
  const own = practised(fork);
  expect(own.length).toBeGreaterThan(0);
  expect(own).toEqual(all.slice(-own.length));
  expect(fork.hash()).toBe(parent.hash());
  // Of another seed, it makes other problems, and none of those again.
  const other = await parent.fork(2, { overrides: [{ path: ["seed"], value: 6 }] });
  await other.work({ policy });
  expect(practised(other).every(([key]) => key.includes("#seed-6-"))).toBe(true);
});

test("a generator that fails ends the run, naming module, arm and index; resumed, it ends as if it never had", async () => {
  const breaking = SUMS.replace(
    "const [a, b]",
    "if (globalThis.rlvrTestFault) return globalThis.rlvrTestFault(arm); const [a, b]",
  );
  const breakIt = (fault: ((arm: string) => unknown) | undefined): void => {
    Object.assign(globalThis, { rlvrTestFault: fault });
  };
  const faults: readonly [(arm: string) => unknown, RegExp][] = [
    [() => Promise.reject(new Error("no more sums")), /no more sums/],
    [() => undefined, /it returned no object/],
    [() => ({ problem: "", answer: "1" }), /what it returned is no problem: problem: must not be empty/],
    [() => ({ problem: "1", answer: "1", made: new Date(0) }), /JSON does not hold/],
    [(arm) => ({ problem: "1", answer: "1", arm }), /a field `arm`, which rlvr adds itself/],
  ];
  const whole = await scriptedRun(join(folder, "whole"), writeGeneratedSums(join(folder, "whole"), {}, breaking));
  await whole.work({ policy });
  const run = await scriptedRun(folder, writeGeneratedSums(folder, {}, breaking));
  try {
    for (const [fault, message] of faults) {
      const listen = ({ type }: { readonly type: string }): void => {
        if (type === "run_started" || type === "run_resumed") breakIt(fault);
      };
      const stopped = await run.work({ policy, listen }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(stopped).toMatchObject({
        code: "generator_failed",
        message: expect.stringMatching(/sums\.mjs failed for problem \d+ of the arm "(?:small|large)": /),
        advice: expect.stringContaining("rlvr resume"),
      });
      expect(stopped).toMatchObject({ message: expect.stringMatching(message) });
      breakIt(undefined);
    }
  } finally {
    breakIt(undefined);
  }
  await run.work({
    policy,
    changes: [{ path: ["problems", "sources", "0", "generate", "deadline_ms"], value: 20_000 }],
  });
  expect(run.hash()).toBe(whole.hash());
});

test("reports a generator that changed since the run last worked", async () => {
  const run = await scriptedRun(folder, writeGeneratedSums(folder));
  const listen = ({ type }: { readonly type: string }): void => {
    if (type === "step_started") throw new Error("crashed");
  };
  await expect(run.work({ policy, listen })).rejects.toThrow("crashed");
  appendFileSync(join(folder, "sums.mjs"), "// edited\n");
  await run.work({ policy });
  const configured = run.events.filter((event) => event.type === "generators_configured");
  expect(configured.map(({ changed }) => changed)).toEqual([[], ["sums"]]);
  expect(configured.map((event) => plainLine(event, 3))).toEqual([
    undefined,
    expect.stringContaining("the generator of sums changed since the run last worked"),
  ]);
});

describe("looks at the lengths of prompts as they are drawn", () => {
  // From the ninth problem of an arm on, every second is long.
  const growing = SUMS.replace("generate({ arm, random }", "generate({ arm, index, random }").replace(
    "return { problem: `",
    'const long = arm === "large" && index > 8 && index % 2 === 1 ? "0".repeat(40) : "";\n    return { problem: `${long}',
  );
  const start = (tooLong: string): Promise<ScriptedRun> => {
    const { problems, ...recipe } = writeGeneratedSums(folder, {}, growing);
    return scriptedRun(folder, { ...recipe, steps: 8, problems: { ...problems, too_long: tooLong } });
  };
  const small = { policy: { ...policy, maxModelLength: 60 } };

  test("and passes over those that are too long, where the recipe drops them", async () => {
    const run = await start("drop");
    await run.work(small);
    const large = practised(run).filter(([key]) => key.startsWith("sums/large"));
    expect(large.length).toBeGreaterThan(10);
    expect(large.filter(([, text]) => text.length > 40)).toEqual([]);
    expect(large.map(([key]) => key)).toContain("sums/large#seed-5-10");
  });

  test("and stops at one that is too long, where the recipe refuses them", async () => {
    const run = await start("refuse");
    await expect(run.work(small)).rejects.toThrow(
      /the prompt of the generated problem sums\/large#seed-5-9 has \d+ tokens/,
    );
  });
});

describe("refuses at the door", () => {
  const cases: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
    [
      "a file beside a generator",
      { file: "facts.jsonl" },
      /sources\.0\.file: a source has either a file or `generate`/,
    ],
    ["neither", { generate: undefined }, /sources\.0\.file: missing: name a file of problems, or a module/],
    [
      "a count without a generator",
      { generate: undefined, file: "facts.jsonl" },
      /sources\.0\.development: only a generator makes a number/,
    ],
    ["an arm", { arm: "sums" }, /sources\.0\.arm: a generator names its own arms/],
    ["a module that is not there", { generate: "./none.mjs" }, /there is no generator module at .*none\.mjs/],
    ["a package that is not there", { generate: "no-such-generators" }, /there is no generator "no-such-generators"/],
    [
      "a module that is no generator",
      { generate: packagePath("test/support/pairwise.ts") },
      /has no generator as its default export/,
    ],
    [
      "verifiers that its problems do not fit",
      { verifiers: [{ name: "instructions" }] },
      /source sums: .*the verifier instructions cannot judge/,
    ],
  ];
  test.each(cases)("%s", async (_, changes, message) => {
    await expect(scriptedRun(folder, writeGeneratedSums(folder, changes))).rejects.toThrow(message);
  });

  test("arms of other fields", async () => {
    const { problems, ...recipe } = writeGeneratedSums(folder);
    await expect(scriptedRun(folder, { ...recipe, problems: { ...problems, arms: ["source"] } })).rejects.toThrow(
      /problems\.arms: a generator names its own arms/,
    );
  });
});

test("the shipped recipe practises generated chains on the real policy", { timeout: 60_000 }, async () => {
  const options = ["--steps", "1", "--set", "sampling.groups=6", "--set", "evaluation.limit=5", "--json"];
  const recipe = packagePath("curricula/microcosm-generated.yaml");
  expect(await rlvr(["run", recipe, ...options], folder)).toMatchObject({ code: 0 });
  const db = openDatabase(join(folder, ".rlvr/rlvr.db"));
  const keys = db.$client.prepare("SELECT DISTINCT problem_key FROM v_rollouts").pluck().all();
  db.$client.close();
  expect(keys).toHaveLength(6);
  for (const key of keys) expect(key).toMatch(/^chains\/[a-z-]+#seed-1-\d+$/);
});
