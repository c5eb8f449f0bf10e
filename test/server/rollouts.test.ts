import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import type {
  CliffMapAnswer,
  GroupDetail,
  RolloutDetail,
  RolloutsAnswer,
  TokensAnswer,
} from "../../src/server/answers.ts";
import { serveRuns, type ServedRuns } from "./run-fixture.ts";

const HOSTILE = [
  "<script>alert(1)</script><img src=x onerror=alert(2)>",
  "\u001b[2J\u001b]0;title\u0007\u0000\u202e\ud800 `${x}` \\u003c \u2028",
  "x".repeat(1 << 20),
];

const MINUTES = 120_000;

let served: ServedRuns;
let db: ServedRuns["db"];
let dashboard: ServedRuns["dashboard"];
let get: ServedRuns["get"];
let value: ServedRuns["value"];
beforeAll(async () => {
  served = await serveRuns([[], ["--seed", "9", "--set", "objective.name=rloo"]]);
  ({ db, dashboard, get, value } = served);
}, MINUTES);
afterAll(() => served?.close());

describe("a search for rollouts", () => {
  /** All that a search finds, page by page. */
  async function all(filters: string, limit = 7): Promise<RolloutsAnswer["rows"]> {
    const rows = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? "" : `&cursor=${cursor}`;
      const answer: RolloutsAnswer = await get(`runs/1/rollouts?limit=${limit}${filters}${from}`);
      rows.push(...answer.rows);
      cursor = answer.cursor;
    } while (cursor !== null);
    return rows;
  }

  const idsOf = (where: string): unknown[] =>
    db
      .prepare(
        `SELECT rollout_id FROM v_rollouts WHERE run_id = 1 AND ${where} ORDER BY step DESC, slot DESC, rollout DESC`,
      )
      .pluck()
      .all();

  test.each([
    ["nothing", "", "TRUE"],
    ["an arm", "&arm=mul-rev", "arm = 'mul-rev'"],
    ["steps", "&step_from=2&step_to=4", "step BETWEEN 2 AND 4"],
    ["a pass", "&passed=true", "passed = 1"],
    ["a failure in an arm", "&passed=false&arm=sub", "passed = 0 AND arm = 'sub'"],
    ["no verdict", "&passed=none", "passed IS NULL"],
    ["a hint", "&hint=any", "hint_tier IS NOT NULL"],
    ["a tier", "&hint=knowledge", "hint_tier = 'knowledge'"],
    ["no hint", "&hint=none", "hint_tier IS NULL"],
    ["training", "&drop=trained", "batch_id IS NOT NULL"],
    ["any drop", "&drop=any", "drop_reason IS NOT NULL"],
    ["a drop reason", "&drop=zero_variance", "drop_reason = 'zero_variance'"],
    ["a drop reason of hints", "&drop=hint_search", "drop_reason = 'hint_search'"],
    ["a status", "&status=ok&verifier=exact", "TRUE"],
    ["a status that is nowhere", "&status=timeout", "FALSE"],
    ["a text", "&text=12", "response LIKE '%12%'"],
    ["a text with signs that LIKE knows", "&text=%25_", "FALSE"],
  ])("by %s finds what the view has, newest first, once each", async (_, filters, where) => {
    expect((await all(filters)).map(({ id }) => id)).toEqual(idsOf(where));
  });

  test("by a problem finds all its visits", async () => {
    const key = value<string>("SELECT problem_key FROM v_rollouts WHERE run_id = 1 LIMIT 1");
    expect((await all(`&problem=${encodeURIComponent(key)}`)).map(({ id }) => id)).toEqual(
      idsOf(`problem_key = '${key}'`),
    );
  });

  test("tells how far it came", async () => {
    const answer = await get<RolloutsAnswer>("runs/1/rollouts?status=timeout");
    expect(answer).toEqual({
      rows: [],
      cursor: null,
      scanned: value("SELECT count(*) FROM v_rollouts WHERE run_id = 1"),
      atStep: 1,
    });
  });

  test("refuses what it does not know", async () => {
    for (const query of ["status=odd", "cursor=1.2", "limit=0", "step_from=-1", "limit=201"]) {
      const response = await dashboard.ask(`api/runs/1/rollouts?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: "bad_usage" } });
    }
  });
});

describe("a rollout", () => {
  test("that was trained has all from its problem to its checkpoint", async () => {
    const id = value<number>("SELECT rollout_id FROM v_lineage WHERE run_id = 1 ORDER BY 1 LIMIT 1");
    const lineage = db.prepare("SELECT * FROM v_lineage WHERE rollout_id = ?").get(id) as Record<string, unknown>;
    const detail = await get<RolloutDetail>(`rollouts/${id}`);
    expect(detail).toMatchObject({
      fate: "trained",
      runId: 1,
      prompt: lineage["prompt"],
      response: lineage["response"],
      advantage: lineage["advantage"],
      weight: lineage["weight"],
      verdicts: [{ verifier: "exact", status: "ok", kept: expect.any(Boolean) }],
      lineage: {
        propensity: lineage["propensity"],
        batch: lineage["batch"],
        batchSha256: lineage["batch_sha256"],
        trainedIntoVersion: lineage["trained_into_version"],
        checkpointSha256: lineage["checkpoint_sha256"],
      },
    });
  });

  test("that was dropped has the reason, and no lineage", async () => {
    const id = value<number>("SELECT rollout_id FROM credits WHERE drop_reason = 'zero_variance' LIMIT 1");
    expect(await get<RolloutDetail>(`rollouts/${id}`)).toMatchObject({ fate: "zero_variance", lineage: null });
  });

  test("has its tokens, whose texts together are its response", async () => {
    const id = value<number>("SELECT rollout_id FROM v_lineage WHERE run_id = 1 LIMIT 1");
    const { tokens, note } = await get<TokensAnswer>(`rollouts/${id}/tokens`);
    const detail = await get<RolloutDetail>(`rollouts/${id}`);
    expect(note).toBeNull();
    const spoken = tokens.filter(({ isSpecial }) => !isSpecial);
    expect(spoken.map(({ text }) => text).join("")).toBe(detail.response);
    expect(tokens.at(-1)).toMatchObject({ text: "<eos>", isSpecial: true });
    expect(tokens).toHaveLength(detail.tokens);
    expect(new Set(tokens.map(({ advantage, weight }) => `${advantage} ${weight}`))).toEqual(
      new Set([`${detail.advantage} ${detail.weight}`]),
    );
  });

  test("has the trainer's entropies and its ratio to the sampler where it was trained, and else none", async () => {
    const trained = value<number>("SELECT count(*) FROM v_rollouts WHERE batch_id IS NOT NULL AND drop_reason IS NULL");
    expect(trained).toBeGreaterThan(20);
    expect(value<number>("SELECT count(*) FROM token_stats")).toBe(trained);
    // Under the prompt that it was sampled under, the trainer computes as the policy server does.
    const apart = `SELECT max(abs(t.trainer_logprob - t.logprob)), count(*), min(entropy), max(entropy)
      FROM v_rollouts r, rollout_tokens(r.rollout_id) t WHERE r.trained_under IS NOT 'unhinted' AND t.entropy IS NOT NULL`;
    const { rows } = (await (
      await dashboard.ask("api/sql", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ sql: apart }),
      })
    ).json()) as { rows: [number, number, number, number][] };
    const [most = NaN, tokens, least, greatest] = rows[0] ?? [];
    expect(tokens).toBeGreaterThan(100);
    expect(most).toBeLessThan(1e-4);
    expect(least).toBeGreaterThanOrEqual(-1e-6);
    expect(greatest).toBeGreaterThan(0.5);
    expect(greatest).toBeLessThanOrEqual(Math.log(24) + 1e-2);
    const one = value<number>("SELECT rollout_id FROM token_stats LIMIT 1");
    const { tokens: told } = await get<TokensAnswer>(`rollouts/${one}/tokens`);
    expect(told.every(({ entropy, logRatio }) => entropy !== null && logRatio !== null)).toBe(true);
    expect((await get<RolloutDetail>(`rollouts/${one}`)).hasTokenStats).toBe(true);
    const dropped = value<number>("SELECT rollout_id FROM v_rollouts WHERE drop_reason IS NOT NULL LIMIT 1");
    expect((await get<TokensAnswer>(`rollouts/${dropped}/tokens`)).tokens[0]).toMatchObject({
      entropy: null,
      logRatio: null,
    });
    expect((await get<RolloutDetail>(`rollouts/${dropped}`)).hasTokenStats).toBe(false);
  });

  test("of a policy whose tokenizer is gone has its tokens without texts, and says why", async () => {
    db.exec("UPDATE runs SET recipe = json_set(recipe, '$.policy.model', '/nowhere/at/all') WHERE id = 2");
    const id = value<number>("SELECT rollout_id FROM v_rollouts WHERE run_id = 2 LIMIT 1");
    const { tokens, note } = await get<TokensAnswer>(`rollouts/${id}/tokens`);
    expect(note).toContain("/nowhere/at/all");
    expect(new Set(tokens.map(({ text }) => text))).toEqual(new Set([null]));
    expect(tokens[0]?.logprob).toBeLessThanOrEqual(0);
  });

  test("of a policy whose tokenizer does not come to an end has its tokens without texts, while all else is answered", async () => {
    const model = join(dirname(served.path), "hostile");
    cpSync(packagePath("policies/tiny"), model, { recursive: true });
    const path = join(model, "tokenizer.json");
    const decoders = [
      { type: "Replace", pattern: { Regex: "$" }, content: "0".repeat(60) },
      { type: "Replace", pattern: { Regex: "^([^x]+)+x" }, content: "" },
    ];
    const old = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...old, decoder: { type: "Sequence", decoders } }));
    db.prepare("UPDATE runs SET recipe = json_set(recipe, '$.policy.model', ?) WHERE id = 2").run(model);
    const id = value<number>("SELECT rollout_id FROM v_rollouts WHERE run_id = 2 LIMIT 1");
    const asked = get<TokensAnswer>(`rollouts/${id}/tokens`);
    await get(`rollouts/${id}`);
    expect(await Promise.race([asked, "not yet"])).toBe("not yet");
    const { tokens, note } = await asked;
    expect(note).toMatch(/cannot decode tokens: it takes more than \d+ s/);
    expect(new Set(tokens.map(({ text }) => text))).toEqual(new Set([null]));
  });

  test("of hostile text comes as it is, in every answer", async () => {
    const ids = db
      .prepare("SELECT rollout_id FROM v_rollouts WHERE run_id = 1 ORDER BY step DESC, slot DESC, rollout DESC LIMIT 3")
      .pluck()
      .all();
    for (const [index, id] of ids.entries())
      db.prepare("UPDATE rollout_payloads SET text = ? WHERE rollout_id = ?").run(HOSTILE[index], id);
    const stored = ids.map((id) => value<string>("SELECT text FROM rollout_payloads WHERE rollout_id = ?", id));
    const found = await get<RolloutsAnswer>("runs/1/rollouts?limit=3");
    expect(found.rows.map(({ response }) => response)).toEqual(stored.map((text) => [...text].slice(0, 200).join("")));
    const group = await get<GroupDetail>(`groups/${found.rows[0]?.groupId}`);
    expect(group.rollouts.filter(({ id }) => ids.includes(id)).map(({ response }) => response)).toEqual(
      stored.toReversed(),
    );
    const response = await dashboard.ask(`api/rollouts/${String(ids[0])}`);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

test("a rollout of COPO has the credit of its second surrogate too", async () => {
  const id = value<number>("SELECT min(rollout_id) FROM v_lineage WHERE run_id = 1");
  expect(await get<RolloutDetail>(`rollouts/${id}`)).toMatchObject({ advantage2: null, weight2: null });
  db.prepare("UPDATE credits SET advantage_2 = -0.5, weight_2 = 0.25 WHERE rollout_id = ?").run(id);
  expect(await get<RolloutDetail>(`rollouts/${id}`)).toMatchObject({ advantage2: -0.5, weight2: 0.25 });
});

test("a completion without any text is found and shown like any other", async () => {
  const id = value<number>("SELECT max(rollout_id) FROM v_rollouts WHERE run_id = 2");
  db.prepare("UPDATE rollout_payloads SET text = '' WHERE rollout_id = ?").run(id);
  const key = value<string>("SELECT problem_key FROM v_rollouts WHERE rollout_id = ?", id);
  const { rows } = await get<RolloutsAnswer>(`runs/2/rollouts?problem=${encodeURIComponent(key)}`);
  expect(rows.find((row) => row.id === id)?.response).toBe("");
  expect((await get<RolloutDetail>(`rollouts/${id}`)).response).toBe("");
});

test("a group has its hints and its rollouts side by side", async () => {
  const id = value<number>("SELECT h.group_id FROM hints h JOIN rollouts r ON r.hint_id = h.id LIMIT 1");
  const group = await get<GroupDetail>(`groups/${id}`);
  expect(group.hints.length).toBe(value("SELECT count(*) FROM hints WHERE group_id = ?", id));
  expect(group.hints[0]).toMatchObject({ attempt: 0, parts: expect.any(Array) });
  expect(group.rollouts.map(({ number }) => number)).toEqual(
    db.prepare("SELECT number FROM rollouts WHERE group_id = ? ORDER BY number").pluck().all(id),
  );
});

describe("the cliff map", () => {
  test("has every problem that was practised, page by page, with its visits", async () => {
    const problems = value<number>(
      "SELECT count(DISTINCT problem_id) FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = 1",
    );
    const first = await get<CliffMapAnswer>("runs/1/cliff-map?order=position&limit=5");
    const second = await get<CliffMapAnswer>("runs/1/cliff-map?order=position&limit=200&offset=5");
    expect([first.problems, second.problems]).toEqual([problems, problems]);
    const keys = [...first.rows, ...second.rows].map(({ key }) => key);
    expect(new Set(keys).size).toBe(problems);
    expect((await get<CliffMapAnswer>("runs/1/cliff-map?offset=5000")).problems).toBe(problems);
    const visits = [...first.rows, ...second.rows].flatMap((row) => row.visits);
    expect(visits.length).toBe(
      value("SELECT count(*) FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = 1"),
    );
  });

  test("begins with the hardest, and tells of hints what they led to", async () => {
    const { rows } = await get<CliffMapAnswer>("runs/1/cliff-map?order=hardest&limit=200");
    const rates = rows.map(({ problemId }) =>
      value<number>(
        "SELECT avg(o.passed) FROM groups g JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL JOIN outcomes o ON o.rollout_id = r.id JOIN steps s ON s.id = g.step_id WHERE s.run_id = 1 AND g.problem_id = ?",
        problemId,
      ),
    );
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    const rescued = rows.flatMap((row) => row.visits).filter(({ hint }) => hint?.isRescue === true);
    expect(rescued.length).toBe(
      value(
        "SELECT count(*) FROM groups g JOIN steps s ON s.id = g.step_id WHERE s.run_id = 1 AND scaffold = 'hinted'",
      ),
    );
    const graduated = rows.filter(({ graduatedAt }) => graduatedAt !== null).map(({ key }) => key);
    expect(graduated.toSorted()).toEqual(
      db
        .prepare("SELECT problem_key FROM v_graduations WHERE run_id = 1 AND graduated_at IS NOT NULL ORDER BY 1")
        .pluck()
        .all(),
    );
  });

  test("has the beginning of each problem, however long it is", async () => {
    const id = value<number>("SELECT min(problem_id) FROM groups");
    const whole = value<string>("SELECT problem FROM problems WHERE id = ?", id);
    const change = db.prepare("UPDATE problems SET problem = ? WHERE id = ?");
    const shown = async (): Promise<string | undefined> => {
      const { rows } = await get<CliffMapAnswer>("runs/1/cliff-map?order=position&limit=200");
      return rows.find(({ problemId }) => problemId === id)?.problem;
    };
    try {
      expect(await shown()).toBe(whole);
      change.run("\u0000é".repeat(1 << 19), id);
      expect(await shown()).toBe("\u0000é".repeat(100));
      change.run("", id);
      expect(await shown()).toBe("");
    } finally {
      change.run(whole, id);
    }
  });

  test("keeps to an arm", async () => {
    const { rows } = await get<CliffMapAnswer>("runs/1/cliff-map?arm=sub&limit=200");
    expect(new Set(rows.map(({ arm }) => arm))).toEqual(new Set(["sub"]));
  });
});
