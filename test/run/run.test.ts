import Database from "better-sqlite3";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { processesIn, startRlvr } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const MINUTES = 60_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-run-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The sha256 of the final checkpoint of the first run in a folder. */
function finalHash(cwd: string, db = ".rlvr/rlvr.db"): unknown {
  const sqlite = new Database(join(cwd, db), { readonly: true });
  const hash = sqlite.prepare("SELECT sha256 FROM checkpoints ORDER BY policy_version DESC LIMIT 1").pluck().get();
  sqlite.close();
  return hash;
}

describe("a run", () => {
  let cwd: string;
  let recipe: string;
  beforeAll(async () => {
    cwd = join(folder, "first");
    recipe = writeSmallRecipe(cwd);
    const ended = await rlvr(["run", recipe, "--json"], cwd);
    expect(ended.stderr).toBe("");
    expect(ended.code).toBe(0);
  }, MINUTES);

  test(
    "gives the same checkpoint for the same seed, in any place and number of workers' order, and another for another",
    async () => {
      const again = await rlvr(["run", recipe, "--json", "--db", "again.db", "--set", "sampling.concurrency=1"], cwd);
      const other = await rlvr(["run", recipe, "--json", "--db", "other.db", "--seed", "6"], cwd);
      expect([again.code, other.code]).toEqual([0, 0]);
      expect(finalHash(cwd, "again.db")).toBe(finalHash(cwd));
      expect(naturalDump(join(cwd, "again.db"))).toEqual(naturalDump(join(cwd, ".rlvr/rlvr.db")));
      expect(finalHash(cwd, "other.db")).not.toBe(finalHash(cwd));
    },
    MINUTES,
  );

  test("leaves every rollout in a batch or with a reason, every group at an end, every event in order", () => {
    const db = new Database(join(cwd, ".rlvr/rlvr.db"), { readonly: true });
    const count = (query: string): unknown => db.prepare(query).pluck().get();
    expect(count("SELECT count(*) FROM rollouts WHERE hint_id IS NULL")).toBe(
      4 * (count("SELECT count(*) FROM groups") as number),
    );
    expect(count("SELECT count(*) FROM credits")).toBe(count("SELECT count(*) FROM rollouts"));
    expect(count("SELECT count(*) FROM groups WHERE state NOT IN ('trained', 'dropped')")).toBe(0);
    expect(count("SELECT count(*) FROM credits WHERE batch_id IS NOT NULL")).toBeGreaterThan(0);
    const types = db.prepare("SELECT type FROM events ORDER BY id").pluck().all();
    expect([types[0], types.at(-1)]).toEqual(["run_started", "run_ended"]);
    db.close();
  });

  test("weights of what was trained are what GRPO's token mean says", () => {
    const db = new Database(join(cwd, ".rlvr/rlvr.db"), { readonly: true });
    const rows = db
      .prepare(
        `SELECT s.number AS step, avg(c.weight) AS weight, sum(r.tokens) AS tokens FROM credits c JOIN rollouts r ON r.id = c.rollout_id
         JOIN groups g ON g.id = r.group_id JOIN steps s ON s.id = g.step_id WHERE c.batch_id IS NOT NULL GROUP BY s.id`,
      )
      .all() as { weight: number; tokens: number }[];
    for (const { weight, tokens } of rows) expect(weight * tokens).toBeCloseTo(1, 9);
    db.close();
  });

  test(
    "is listed, shown and evaluated",
    async () => {
      const runs = JSON.parse((await rlvr(["runs", "--json"], cwd)).stdout) as { state: string; step: number }[];
      expect(runs).toMatchObject([{ id: 1, state: "succeeded", step: 3, steps: 3 }]);
      const shown = JSON.parse((await rlvr(["show", "--json"], cwd)).stdout) as { steps: unknown[]; after: unknown[] };
      expect(shown.steps).toHaveLength(3);
      expect(shown.after).toHaveLength(3);
      const rollout = JSON.parse((await rlvr(["show", "rollout:1", "--json"], cwd)).stdout) as { problem: string };
      const history = await rlvr(["show", `problem:${rollout.problem}`, "--json"], cwd);
      expect((JSON.parse(history.stdout) as unknown[]).length).toBeGreaterThanOrEqual(4);
      expect((await rlvr(["show", "rollout:99999"], cwd)).code).toBe(2);
    },
    MINUTES,
  );

  test("that is finished has nothing to resume", async () => {
    const ended = await rlvr(["resume"], cwd);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("every run is finished");
  });
});

test(
  "the first Ctrl-C ends a run tidily with exit code 130, and resume goes on to the same end",
  async () => {
    const cwd = join(folder, "interrupted");
    const recipe = writeSmallRecipe(cwd);
    const run = startRlvr(["run", recipe, "--json"], {
      cwd,
      onLine: (line) => {
        // Once: a second would end it at once.
        if (line.includes('"group_finished","step":2,"done":1,')) run.child.kill("SIGINT");
      },
    });
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain("rlvr resume 1");
    await expect.poll(() => processesIn(cwd)).toEqual([]);
    const resumed = await rlvr(["resume", "--json"], cwd);
    expect(resumed.code).toBe(0);
    expect(finalHash(cwd)).toBe(finalHash(join(folder, "first")));
  },
  MINUTES,
);

test(
  "a second orchestrator on the same run is refused, and the first goes on",
  async () => {
    const cwd = join(folder, "locked");
    const recipe = writeSmallRecipe(cwd);
    let second: ReturnType<typeof rlvr> | undefined;
    const run = startRlvr(["run", recipe, "--json"], {
      cwd,
      onLine: () => (second ??= rlvr(["resume", "1"], cwd)),
    });
    expect((await run.ended).code).toBe(0);
    const refused = await second;
    expect(refused?.code).toBe(2);
    expect(refused?.stderr).toContain("another process is working on run 1");
  },
  MINUTES,
);

test(
  "two runs share a database, both to their ends",
  async () => {
    const cwd = join(folder, "shared");
    const recipe = writeSmallRecipe(cwd);
    const runs = await Promise.all([1, 2].map(() => startRlvr(["run", recipe, "--json"], { cwd }).ended));
    expect(runs.map(({ code, stderr }) => ({ code, unexpected: stderr.includes("unexpected") }))).toEqual([
      { code: 0, unexpected: false },
      { code: 0, unexpected: false },
    ]);
    expect(finalHash(cwd)).toBe(finalHash(join(folder, "first")));
  },
  MINUTES,
);

test(
  "a run on somebody else's server samples under its own weights when that server starts anew",
  async () => {
    const cwd = join(folder, "served");
    const serve = (port: string) =>
      startRlvr(["policy", "serve", "--model", packagePath("policies/tiny"), "--port", port, "--json"], { cwd });
    const recipe = writeSmallRecipe(cwd);
    let server = serve("0");
    const url = await firstLine(server).then((line) => (JSON.parse(line) as { url: string }).url);
    const run = startRlvr(["run", recipe, "--json", "--set", `policy.url=${url}`], {
      cwd,
      onLine: (line) => {
        if (!line.includes('"step_started","step":3')) return;
        server.child.kill("SIGKILL");
        server = serve(new URL(url).port);
      },
    });
    const ended = await run.ended;
    server.child.kill("SIGTERM");
    await server.ended;
    expect(ended.stderr).toBe("");
    expect(ended.code).toBe(0);
    expect(finalHash(cwd)).toBe(finalHash(join(folder, "first")));
  },
  2 * MINUTES,
);

test(
  "a run whose reader goes away ends tidily, not as if it were done",
  async () => {
    const cwd = join(folder, "unread");
    const recipe = writeSmallRecipe(cwd);
    const run = startRlvr(["run", recipe, "--json"], {
      cwd,
      onLine: (line) => {
        if (line.includes('"step_started","step":2')) run.child.stdout?.destroy();
      },
    });
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain("rlvr resume 1");
    expect((await rlvr(["resume", "--json"], cwd)).code).toBe(0);
    expect(finalHash(cwd)).toBe(finalHash(join(folder, "first")));
  },
  MINUTES,
);

/** The first line that a process prints. */
async function firstLine({ child }: ReturnType<typeof startRlvr>): Promise<string> {
  const [text] = (await once(child.stdout ?? child, "data")) as [string];
  return text.trim();
}

describe("bad input is one message and exit code 2, and leaves nothing behind", () => {
  const cases: [string, (cwd: string) => string[], RegExp][] = [
    [
      "an unknown recipe key",
      (cwd) => ["run", writeSmallRecipe(cwd, { sampling: { group: 3, max_tokens: 8 } })],
      /line \d+: unknown key "group" in sampling; did you mean "groups"/,
    ],
    [
      "an unknown verifier",
      (cwd) => ["run", writeSmallRecipe(cwd, { verifiers: [{ name: "exakt" }] })],
      /no verifier "exakt"\nDid you mean "exact"/,
    ],
    [
      "an unknown objective option",
      (cwd) => ["run", writeSmallRecipe(cwd, { objective: { name: "grpo", clip_hi: 0.3 } })],
      /unknown key "clip_hi"; did you mean "clip_high"/,
    ],
    ["a missing recipe", () => ["run", "nowhere.yaml"], /there is no recipe at .*nowhere\.yaml/],
    ["an unknown command", () => ["runn"], /runn/],
    ["an unknown option", () => ["runs", "--jsn"], /unknown option '--jsn'/],
    ["a bad number of steps", () => ["run", "--steps", "none"], /whole number from 1/],
    ["resuming without a database", () => ["resume"], /there is no database/],
    [
      "a malformed problem line",
      (cwd) => {
        const recipe = writeSmallRecipe(cwd);
        appendFileSync(join(cwd, "practice.jsonl"), "{oops\n");
        return ["run", recipe];
      },
      /practice\.jsonl has lines that are not problems:\n {2}line 61: not JSON/,
    ],
    [
      "characters that the tokenizer lacks",
      (cwd) => {
        const recipe = writeSmallRecipe(cwd);
        appendFileSync(join(cwd, "practice.jsonl"), '{"problem":"2 plus 3?","answer":"5"}\n');
        return ["run", recipe];
      },
      /vocabulary lacks "p", "l", "u", "s", "\?", as in the problem "2 plus 3\?"\nAsk with characters/,
    ],
  ];
  for (const [what, args, message] of cases) {
    test(
      what,
      async () => {
        const cwd = mkdtempSync(join(folder, "bad-"));
        const ended = await rlvr(args(cwd), cwd);
        expect(ended.stderr).toMatch(message);
        expect(ended.code).toBe(2);
        expect(ended.stdout).toBe("");
        expect(existsSync(join(cwd, ".rlvr/rlvr-runs"))).toBe(false);
      },
      MINUTES,
    );
  }
});

test(
  "a killed run goes on to the same checkpoint though its newest one and the weights to serve were damaged meanwhile",
  async () => {
    const cwd = join(folder, "damaged");
    const recipe = writeSmallRecipe(cwd);
    const run = startRlvr(["run", recipe, "--json"], {
      cwd,
      onLine: (line) => {
        if (line.includes('"step_started","step":3')) run.child.kill("SIGKILL");
      },
    });
    await run.ended;
    // A second name for the export's.
    const file = join(cwd, ".rlvr/rlvr-runs/1/trainer/epoch-1/checkpoints/000002/model.safetensors");
    const bytes = readFileSync(file);
    writeFileSync(
      file,
      bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)),
    );
    const resumed = await rlvr(["resume"], cwd);
    expect(resumed).toMatchObject({ code: 0, stderr: "" });
    expect(resumed.stdout).toContain("the weights of policy version 2 in ");
    expect(resumed.stdout).toContain("the checkpoint of policy version 2 in ");
    expect(finalHash(cwd)).toBe(finalHash(join(folder, "first")));
  },
  2 * MINUTES,
);
