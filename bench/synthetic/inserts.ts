import type BetterSqlite3 from "better-sqlite3";

const COLUMNS = {
  problem_sets: "sha256, path",
  problems: "set_id, position, key, arm, problem, answer, hints, extra",
  prompts: "sha256, text, token_ids",
  runs: "name, state, seed, recipe, prompt_template, practice_set_id, development_set_id, test_set_id, version, created_at, finished_at",
  steps: "run_id, number, phase, chosen_after, policy_version, started_at, finished_at",
  groups: "step_id, slot, problem_id, arm, propensity, round, state, scaffold, judged, passed",
  hints: "group_id, attempt, tier, level, parts, samples",
  rollouts:
    "group_id, number, prompt_id, hint_id, replaces, trained_under, seed, policy_version, finish_reason, tokens, sampled_at",
  rollout_payloads: "rollout_id, token_ids, logprobs, text",
  verdicts:
    "rollout_id, verifier, version, status, passed, score, extracted, details, error, run_ms, queue_ms, attempts, kept, key",
  outcomes: "rollout_id, reward, passed, extracted",
  credits: "rollout_id, reward, advantage, weight, minibatch, batch_id, drop_reason",
  batches: "step_id, state, directory, sha256, sequences, tokens",
  trainer_jobs: "run_id, epoch, driver, state, detail, started_from_version, created_at, updated_at",
  checkpoints:
    "run_id, policy_version, parent_version, batch_id, job_id, directory, export_directory, sha256, created_at",
  arms: "run_id, step, arm, probability, metrics, mean_abs_advantage",
  curriculum_states: "run_id, step, moment, curriculum, state",
  metrics: "run_id, step, name, value",
  events: "run_id, step, type, at, data",
  evals: "run_id, suite, set_id, policy_version, step, samples, temperature, started_at, finished_at",
  eval_results: "eval_id, problem_id, number, status, passed, score, tokens, text",
} as const;

type Cell = string | number | null | Buffer;

/** Puts a row into a table and tells its id; see {@link createInsert}. */
export type Insert = (table: keyof typeof COLUMNS, ...cells: readonly Cell[]) => number;

/** Prepared inserts into all tables, the cells in the order of the columns above. */
export function createInsert(sqlite: BetterSqlite3.Database): Insert {
  const statements = Object.fromEntries(
    Object.entries(COLUMNS).map(([table, columns]) => {
      const places = columns.split(",").map(() => "?");
      return [table, sqlite.prepare(`INSERT INTO ${table} (${columns}) VALUES (${places.join(", ")})`)];
    }),
  );
  return (table, ...cells) => Number((statements[table] as BetterSqlite3.Statement).run(...cells).lastInsertRowid);
}
