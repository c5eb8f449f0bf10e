import Database from "better-sqlite3";

/**
 * What must be equal between a run that was killed and resumed and one that was not: the rows of each table by their
 * natural keys. Left out: ids, times, memory, and the rows of jobs and most events, which show the kills.
 */
const QUERIES: Readonly<Record<string, string>> = {
  steps: "SELECT number, phase, chosen_after, policy_version FROM steps ORDER BY number",
  groups: `SELECT s.number AS step, g.slot, p.set_id, p.position, g.arm, g.propensity, g.round, g.state, g.scaffold, g.judged, g.passed
           FROM groups g JOIN steps s ON s.id = g.step_id JOIN problems p ON p.id = g.problem_id ORDER BY 1, 2`,
  rollouts: `SELECT s.number AS step, g.slot, r.number, hex(pr.token_ids) AS prompt, r.seed, r.policy_version,
                    h.attempt, r.replaces, r.trained_under,
                    r.finish_reason, r.tokens, hex(x.token_ids) AS token_ids, hex(x.logprobs) AS logprobs, hex(x.teacher_logprobs) AS teacher_logprobs, x.text
             FROM rollouts r JOIN groups g ON g.id = r.group_id JOIN steps s ON s.id = g.step_id
             JOIN prompts pr ON pr.id = r.prompt_id LEFT JOIN hints h ON h.id = r.hint_id JOIN rollout_payloads x ON x.rollout_id = r.id ORDER BY 1, 2, 3`,
  token_stats: `SELECT s.number AS step, g.slot, r.number, hex(x.log_ratios) AS log_ratios, hex(x.entropies) AS entropies
                FROM token_stats x JOIN rollouts r ON r.id = x.rollout_id JOIN groups g ON g.id = r.group_id
                JOIN steps s ON s.id = g.step_id ORDER BY 1, 2, 3`,
  hints: `SELECT s.number AS step, g.slot, h.attempt, h.tier, h.level, h.parts, h.samples, h.skip_reason
          FROM hints h JOIN groups g ON g.id = h.group_id JOIN steps s ON s.id = g.step_id ORDER BY 1, 2, 3`,
  verdicts: `SELECT s.number AS step, g.slot, r.number, v.verifier, v.version, v.status, v.passed, v.score, v.extracted, v.details
             FROM verdicts v JOIN rollouts r ON r.id = v.rollout_id JOIN groups g ON g.id = r.group_id
             JOIN steps s ON s.id = g.step_id ORDER BY 1, 2, 3, 4`,
  credits: `SELECT s.number AS step, g.slot, r.number, c.reward, c.advantage, c.weight, c.advantage_2, c.weight_2, c.minibatch, c.drop_reason, b.directory AS batch
            FROM credits c JOIN rollouts r ON r.id = c.rollout_id JOIN groups g ON g.id = r.group_id
            JOIN steps s ON s.id = g.step_id LEFT JOIN batches b ON b.id = c.batch_id ORDER BY 1, 2, 3`,
  batches: `SELECT s.number AS step, b.state, b.directory, b.sha256, b.sequences, b.tokens
            FROM batches b JOIN steps s ON s.id = b.step_id ORDER BY 1`,
  checkpoints: `SELECT k.policy_version, k.parent_version, k.sha256, b.directory AS batch
                FROM checkpoints k JOIN batches b ON b.id = k.batch_id ORDER BY 1`,
  arms: "SELECT step, arm, probability, metrics, mean_abs_advantage FROM arms ORDER BY step, arm",
  curriculum_states:
    "SELECT step, moment, round, curriculum, state FROM curriculum_states ORDER BY step, moment, round",
  metrics: `SELECT step, name, value FROM metrics WHERE name NOT LIKE '%second%' AND name <> 'train.peak_memory_gib'
            ORDER BY step, name`,
  // Of events only those that a kill may neither lose nor repeat.
  alarms: "SELECT step, data FROM events WHERE type = 'alarm' ORDER BY id",
  evals: `SELECT e.suite, e.step, e.policy_version, e.samples, e.temperature, e.finished_at IS NOT NULL AS finished FROM evals e
          ORDER BY 1, 2`,
  eval_arms: `SELECT e.suite, e.step, x.arm, x.problems, x.completions, x.judged, x.passed
              FROM eval_arms x JOIN evals e ON e.id = x.eval_id ORDER BY 1, 2, 3`,
  eval_results: `SELECT e.suite, e.step, p.position, x.number, x.status, x.passed, x.score, x.tokens, x.text
                 FROM eval_results x JOIN evals e ON e.id = x.eval_id JOIN problems p ON p.id = x.problem_id ORDER BY 1, 2, 3, 4`,
};

/** Rows of one run, of steps after one. */
export interface DumpScope {
  readonly run: number;
  readonly after: number;
}

/**
 * The rows of a database by table and natural key.
 * @param scope only these; default: all that it holds.
 */
export function naturalDump(databasePath: string, scope?: DumpScope): Record<string, unknown[]> {
  const db = new Database(databasePath, { readonly: true });
  try {
    if (scope !== undefined) narrow(db, scope);
    return Object.fromEntries(Object.entries(QUERIES).map(([table, query]) => [table, db.prepare(query).all()]));
  } finally {
    db.close();
  }
}

/** Puts views in front of the tables that say of which run and step a row is: all others are joined to these. */
function narrow(db: Database.Database, { run, after }: DumpScope): void {
  db.exec(`
    CREATE TEMP VIEW steps AS SELECT * FROM main.steps WHERE run_id = ${run} AND number > ${after};
    CREATE TEMP VIEW checkpoints AS SELECT k.* FROM main.checkpoints k JOIN main.batches b ON b.id = k.batch_id
      JOIN main.steps s ON s.id = b.step_id WHERE k.run_id = ${run} AND s.number > ${after};`);
  for (const table of ["arms", "curriculum_states", "metrics", "events", "evals"])
    db.exec(`CREATE TEMP VIEW ${table} AS SELECT * FROM main.${table} WHERE run_id = ${run} AND step > ${after}`);
}
