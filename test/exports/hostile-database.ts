import { packFloat16, packFloat32, packInt32 } from "../../src/core/pack.ts";
import { openDatabase } from "../../src/tracking/database.ts";

/** Texts that a file format or its readers may stumble over. */
export const TEXTS = [
  `<script>alert("1")</script>&amp; '; DROP TABLE rollouts; --`,
  "\u001b[2J\u001b]0;owned\u0007 \u202e reversed \u2028 separated",
  "数学 🧮 é\u0301 \u{10ffff} \ufeff",
  "",
  'a\r\nb\tc\\d"e\0f',
  "[1, null, {",
  "x".repeat(1_000_000),
  "NULL",
];

/** Log-probabilities whose bits a careless writer changes. */
const LOGPROBS = [-0.1, -1e-38, -1.401298464324817e-45, -3.4028234663852886e38, -0, 0, -0.3333333432674408, -87.3365];

/** A name that is markup, a style of the chart library's, and a terminal's sequence. */
export const HOSTILE_NAME = `<img src=x onerror=alert(2)>{a|b}\u001b[2J"'\u202e`;

/** Runs a statement and returns the id of the row that it wrote. */
type Run = (sql: string, ...values: unknown[]) => number;

/** Metrics, arms, alarms and two evaluations, hostile where they are text. */
function writeNumbers(run: Run, at: string): void {
  for (const step of [1, 2]) {
    for (const name of ["reward.mean", `pass_rate.${HOSTILE_NAME}`, `dropped.${HOSTILE_NAME}`, "rollouts"])
      run("INSERT INTO metrics (run_id, step, name, value) VALUES (7, ?, ?, ?)", step, name, step / 3);
    run("INSERT INTO arms (run_id, step, arm, probability, metrics) VALUES (7, ?, ?, 0.5, '{}')", step, HOSTILE_NAME);
    run(
      "INSERT INTO events (run_id, step, type, at, data) VALUES (7, ?, 'alarm', ?, ?)",
      step,
      at,
      JSON.stringify({ type: "alarm", step, alarm: HOSTILE_NAME, message: TEXTS[0], metric: "reward.mean" }),
    );
  }
  for (const step of [0, 2]) {
    const evalId = run(
      `INSERT INTO evals (run_id, suite, set_id, policy_version, step, samples, temperature, started_at, finished_at)
       VALUES (7, ?, 1, 0, ?, 1, 1, ?, ?)`,
      HOSTILE_NAME,
      step,
      at,
      at,
    );
    run("INSERT INTO eval_arms VALUES (?, ?, 8, 8, 8, ?)", evalId, HOSTILE_NAME, step * 4);
    for (const [position, text] of TEXTS.entries())
      run(
        "INSERT INTO eval_results (eval_id, problem_id, number, status, passed, score, tokens, text) VALUES (?, ?, 0, 'ok', ?, 1, 1, ?)",
        evalId,
        position + 1,
        step / 2,
        text,
      );
  }
}

/**
 * Makes a database of one run of two steps whose rows are as odd as its schema allows: unjudged rollouts, empty texts and
 * token lists, the largest ids, infinite scores, a problem of control characters.
 * @returns how many rollouts it has.
 */
export function writeHostileDatabase(path: string): number {
  const db = openDatabase(path);
  const run: Run = (sql, ...values) => Number(db.$client.prepare(sql).run(...values).lastInsertRowid);
  const at = "2026-02-28T23:59:59.999Z";
  run("INSERT INTO problem_sets (id, sha256, path) VALUES (1, 'x', 'x')");
  for (const [position, text] of TEXTS.entries())
    run(
      "INSERT INTO problems (set_id, position, key, arm, problem, answer, extra) VALUES (1, ?, ?, ?, ?, ?, '{}')",
      position,
      `key ${position}`,
      text.slice(0, 20),
      text,
      text,
    );
  run(
    `INSERT INTO runs (id, name, state, seed, recipe, prompt_template, practice_set_id, version, created_at)
     VALUES (7, ?, 'running', 1, '{"steps": 2}', '', 1, '0', ?)`,
    `../hostile <b>"run"`,
    at,
  );
  let rollouts = 0;
  for (const number of [1, 2]) {
    const stepId = run(
      "INSERT INTO steps (run_id, number, phase, policy_version, started_at) VALUES (7, ?, 'collect', 0, ?)",
      number,
      at,
    );
    const batchId = run(
      "INSERT INTO batches (step_id, state, directory, sequences, tokens) VALUES (?, 'planned', '', 1, 1)",
      stepId,
    );
    for (const [slot, text] of TEXTS.entries()) {
      const groupId = run(
        "INSERT INTO groups (step_id, slot, problem_id, arm, propensity, state, scaffold) VALUES (?, ?, ?, 'arm', ?, 'sampling', ?)",
        stepId,
        slot,
        slot + 1,
        1 / (slot + 3),
        slot % 2 === 0 ? null : "hinted",
      );
      const promptId = run(
        "INSERT INTO prompts (sha256, text, token_ids) VALUES (?, ?, ?)",
        `${number} ${slot}`,
        text,
        packInt32(slot === 3 ? [] : [2 ** 31 - 1, 0, slot]),
      );
      const hintId = run(
        "INSERT INTO hints (group_id, attempt, tier, level, parts, samples) VALUES (?, 0, 'planning', 2, '[]', 1)",
        groupId,
      );
      for (const place of [0, 1, 2]) {
        const isLast = number === 2 && slot === TEXTS.length - 1 && place === 2;
        const tokens = slot === 3 ? 0 : slot + 1;
        const rolloutId = run(
          `INSERT INTO rollouts (id, group_id, number, prompt_id, hint_id, replaces, trained_under, seed, policy_version, finish_reason, tokens, sampled_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'stop', ?, ?)`,
          isLast ? Number.MAX_SAFE_INTEGER : null,
          groupId,
          place,
          promptId,
          place === 0 ? null : hintId,
          place === 1 ? 0 : null,
          place === 1 ? "unhinted" : null,
          2 ** 48 - 1 - place,
          tokens,
          at,
        );
        rollouts++;
        const logprobs = packFloat32(LOGPROBS.slice(0, tokens));
        run(
          "INSERT INTO rollout_payloads (rollout_id, token_ids, logprobs, teacher_logprobs, text) VALUES (?, ?, ?, ?, ?)",
          rolloutId,
          packInt32(Array.from({ length: tokens }, (_, token) => token * 40_000)),
          logprobs,
          place === 2 ? logprobs : null,
          text,
        );
        if (place === 2)
          run(
            "INSERT INTO token_stats VALUES (?, ?, ?)",
            rolloutId,
            packFloat16(LOGPROBS.slice(0, tokens)),
            packFloat16(LOGPROBS.slice(0, tokens)),
          );
        if (place === 0) continue;
        const verdict = `INSERT INTO verdicts (rollout_id, verifier, version, status, passed, score, extracted, details, error, run_ms, queue_ms, attempts, kept)
                         VALUES (?, ?, '1', ?, ?, ?, ?, ?, ?, 0.1, 1e-7, 2, ?)`;
        run(
          verdict,
          rolloutId,
          "b",
          "ok",
          1,
          slot === 1 ? Infinity : 0.1 + 0.2,
          text,
          JSON.stringify({ text }),
          null,
          1,
        );
        run(verdict, rolloutId, "a", "error", null, null, null, null, text, 0);
        run(
          "INSERT INTO outcomes (rollout_id, reward, passed, extracted) VALUES (?, ?, ?, ?)",
          rolloutId,
          1 / 3,
          1,
          text,
        );
        if (place === 1)
          run(
            "INSERT INTO credits (rollout_id, reward, advantage, weight, advantage_2, weight_2, minibatch, batch_id) VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
            rolloutId,
            1 / 3,
            -1.6201816746095261,
            5e-324,
            slot === 2 ? 1 / 7 : null,
            slot === 2 ? 1e300 : null,
            batchId,
          );
        else
          run(
            "INSERT INTO credits (rollout_id, reward, advantage, weight, drop_reason) VALUES (?, ?, 0, 0, 'zero_variance')",
            rolloutId,
            1 / 3,
          );
      }
    }
  }
  writeNumbers(run, at);
  db.$client.close();
  return rollouts;
}
