-- Views over the tables of db/schema: the questions that people ask. Dropped and made anew by every migration.
-- A condition on run_id or step reaches the tables of a view without GROUP BY, and of one that groups by those columns
-- where it names a plain value: so a question about a step reads that step, however much else the database holds.

-- One line a rollout: what was asked, what was answered, what it earned, and what became of it.
CREATE VIEW v_rollouts AS
SELECT
  s.run_id, s.number AS step, g.slot, r.number AS rollout, r.id AS rollout_id, g.id AS group_id,
  g.arm, p.source, p.key AS problem_key, p.problem, p.answer,
  pr.text AS prompt, h.tier AS hint_tier, h.level AS hint_level, r.replaces, r.trained_under, rp.text AS response, r.tokens,
  r.finish_reason, r.policy_version,
  c.reward, c.advantage, c.weight, c.batch_id, c.drop_reason,
  (SELECT group_concat(v.verifier || ': ' || v.status || CASE v.passed WHEN 1 THEN ' passed' WHEN 0 THEN ' failed' ELSE '' END, ', ')
     FROM verdicts v WHERE v.rollout_id = r.id) AS verdicts,
  o.passed, o.extracted
FROM rollouts r
JOIN groups g ON g.id = r.group_id
JOIN steps s ON s.id = g.step_id
JOIN problems p ON p.id = g.problem_id
JOIN prompts pr ON pr.id = r.prompt_id
JOIN rollout_payloads rp ON rp.rollout_id = r.id
LEFT JOIN hints h ON h.id = r.hint_id
LEFT JOIN outcomes o ON o.rollout_id = r.id
LEFT JOIN credits c ON c.rollout_id = r.id;

-- What each verifier said of each rollout: how long it ran and waited, how often it was tried, and whether it was kept
-- from an earlier, equal case.
CREATE VIEW v_verdicts AS
SELECT
  s.run_id, s.number AS step, g.slot, r.number AS rollout, r.id AS rollout_id, g.arm, p.source, p.key AS problem_key,
  p.problem, p.answer, rp.text AS response, v.verifier, v.version, v.status, v.passed, v.score, v.extracted, v.details,
  v.error, v.run_ms, v.queue_ms, v.attempts, v.kept, o.reward, o.passed AS rollout_passed
FROM verdicts v
JOIN rollouts r ON r.id = v.rollout_id
JOIN groups g ON g.id = r.group_id
JOIN steps s ON s.id = g.step_id
JOIN problems p ON p.id = g.problem_id
JOIN rollout_payloads rp ON rp.rollout_id = r.id
LEFT JOIN outcomes o ON o.rollout_id = r.id;

-- Why was this trained: from the problem and its hint to the checkpoint, one line a trained rollout.
CREATE VIEW v_lineage AS
SELECT
  s.run_id, s.number AS step, g.slot, r.number AS rollout, r.id AS rollout_id,
  p.key AS problem_key, p.problem, g.arm, g.propensity,
  pr.text AS prompt, h.tier AS hint_tier, h.level AS hint_level, r.replaces, r.trained_under, rp.text AS response, r.seed,
  r.policy_version AS sampled_by_version,
  (SELECT json_group_array(json_object('verifier', v.verifier, 'version', v.version, 'status', v.status, 'passed', v.passed,
                                       'score', v.score, 'extracted', v.extracted))
     FROM verdicts v WHERE v.rollout_id = r.id) AS verdicts,
  o.passed, c.reward, c.advantage, c.weight, c.advantage_2, c.weight_2, c.minibatch,
  b.directory AS batch, b.sha256 AS batch_sha256,
  j.epoch AS trainer_epoch, k.policy_version AS trained_into_version, k.directory AS checkpoint, k.sha256 AS checkpoint_sha256
FROM credits c
JOIN rollouts r ON r.id = c.rollout_id
JOIN groups g ON g.id = r.group_id
JOIN steps s ON s.id = g.step_id
JOIN problems p ON p.id = g.problem_id
JOIN prompts pr ON pr.id = r.prompt_id
JOIN rollout_payloads rp ON rp.rollout_id = r.id
LEFT JOIN hints h ON h.id = r.hint_id
LEFT JOIN outcomes o ON o.rollout_id = r.id
JOIN batches b ON b.id = c.batch_id
LEFT JOIN checkpoints k ON k.batch_id = b.id AND k.run_id = s.run_id
LEFT JOIN trainer_jobs j ON j.id = k.job_id;

-- The learning cliff: groups of which two own rollouts or more are judged and none passed; what the scaffold made of
-- each, how many hints were tried, and the weakest that led to a pass. (CROSS JOIN keeps SQLite to the order that is
-- written: from a run's steps to its groups, whose counts say which are cliffs, never over all rollouts there are.)
CREATE VIEW v_cliffs AS
SELECT s.run_id, s.number AS step, g.slot, g.id AS group_id, g.arm, p.key AS problem_key, p.problem, p.answer,
       (SELECT count(*) FROM rollouts r JOIN outcomes o ON o.rollout_id = r.id
         WHERE r.group_id = g.id AND r.hint_id IS NULL) AS rollouts,
       g.scaffold,
       (SELECT count(*) FROM hints h WHERE h.group_id = g.id) AS hints_tried,
       (SELECT h.tier || ' ' || h.level FROM hints h JOIN rollouts hr ON hr.hint_id = h.id
          JOIN outcomes hv ON hv.rollout_id = hr.id AND hv.passed
         WHERE h.group_id = g.id AND hr.replaces IS NOT NULL ORDER BY h.attempt LIMIT 1) AS rescued_by
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN problems p ON p.id = g.problem_id
WHERE g.judged >= 2 AND g.passed = 0;

-- Every hint that was tried: on which problem, when, and whether it led to a pass.
CREATE VIEW v_hints AS
SELECT s.run_id, s.number AS step, g.slot, g.arm, p.key AS problem_key, p.problem, h.attempt, h.tier, h.level, h.parts,
       (SELECT count(*) FROM rollouts r WHERE r.hint_id = h.id) AS rollouts,
       (SELECT sum(o.passed) FROM rollouts r JOIN outcomes o ON o.rollout_id = r.id WHERE r.hint_id = h.id) AS passed,
       EXISTS (SELECT 1 FROM rollouts r WHERE r.hint_id = h.id AND r.replaces IS NOT NULL) AS is_used, h.skip_reason
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN hints h ON h.group_id = g.id
CROSS JOIN problems p ON p.id = g.problem_id;

-- Problems that needed a hint: the first step they were given one, the last, and the first step after the first hint at
-- which the policy passed on its own. graduated_at is null while it has not, or while the problem has not come back.
CREATE VIEW v_graduations AS
WITH hinted AS (
  SELECT s.run_id, g.problem_id, min(g.arm) AS arm, min(s.number) AS first_hint_at, max(s.number) AS last_hint_at,
         count(*) AS times_hinted
  FROM steps s CROSS JOIN groups g ON g.step_id = s.id
  WHERE g.scaffold = 'hinted'
  GROUP BY s.run_id, g.problem_id
)
SELECT x.run_id, p.key AS problem_key, p.problem, x.arm, x.first_hint_at, x.last_hint_at, x.times_hinted,
       (SELECT count(*) FROM groups g CROSS JOIN steps s ON s.id = g.step_id
         WHERE s.run_id = x.run_id AND g.problem_id = x.problem_id AND s.number > x.first_hint_at) AS later_visits,
       (SELECT min(s.number) FROM groups g CROSS JOIN steps s ON s.id = g.step_id
         WHERE s.run_id = x.run_id AND g.problem_id = x.problem_id AND s.number > x.first_hint_at AND g.passed > 0) AS graduated_at
FROM hinted x
JOIN problems p ON p.id = x.problem_id;

-- Each arm over the steps: its probability when the step chose its problems and what that came from (`value`: SEC's Q),
-- how often it was drawn, its pass rate without hints, the mean |advantage| of its own rollouts as before any hint (what
-- SEC learns from), how many of its groups were cliffs and got a hint, how much of it was trained. Arms that were not
-- drawn have a line too. Only the columns that are asked for are computed: the pass rate comes from the counts of groups,
-- mean_reward and trained_share read every rollout.
CREATE VIEW v_arms AS
SELECT a.run_id, a.step, a.arm, a.probability, a.metrics ->> 'value' AS value, a.metrics,
       (SELECT count(*) FROM groups g WHERE g.step_id = s.id AND g.arm = a.arm) AS groups,
       (SELECT count(*) FROM groups g CROSS JOIN rollouts r ON r.group_id = g.id
         WHERE g.step_id = s.id AND g.arm = a.arm) AS rollouts,
       (SELECT 1.0 * sum(g.passed) / sum(g.judged) FROM groups g WHERE g.step_id = s.id AND g.arm = a.arm) AS pass_rate,
       (SELECT avg(c.reward) FROM groups g CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
          CROSS JOIN credits c ON c.rollout_id = r.id
         WHERE g.step_id = s.id AND g.arm = a.arm) AS mean_reward,
       a.mean_abs_advantage,
       (SELECT count(*) FROM groups g WHERE g.step_id = s.id AND g.arm = a.arm AND g.scaffold = 'hinted') AS hinted_groups,
       (SELECT coalesce(avg(c.batch_id IS NOT NULL), 0.0) FROM groups g CROSS JOIN rollouts r ON r.group_id = g.id
          LEFT JOIN credits c ON c.rollout_id = r.id
         WHERE g.step_id = s.id AND g.arm = a.arm) AS trained_share
FROM arms a
JOIN steps s ON s.run_id = a.run_id AND s.number = a.step;

-- Why rollouts were not trained: how many of how many groups. Groups that could not be sampled have no rollouts.
CREATE VIEW v_drops AS
SELECT s.run_id, s.number AS step, g.arm, c.drop_reason, count(*) AS rollouts, count(DISTINCT g.id) AS groups
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN rollouts r ON r.group_id = g.id
CROSS JOIN credits c ON c.rollout_id = r.id
WHERE c.drop_reason IS NOT NULL
GROUP BY s.run_id, s.number, g.arm, c.drop_reason
UNION ALL
SELECT s.run_id, s.number, g.arm, g.drop_reason, 0, count(*)
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
WHERE g.drop_reason IS NOT NULL
GROUP BY s.run_id, s.number, g.arm, g.drop_reason;

-- On-policy distillation: what the teacher scored in each step, how much of it was trained, and the estimate of the reverse
-- KL to the teacher before that training, in nats a token. A rollout's own: rollout_tokens(ROLLOUT_ID) of `rlvr sql`.
-- Nothing is read of runs whose recipe has no teacher.
CREATE VIEW v_distillation AS
SELECT s.run_id, s.number AS step, count(*) AS scored_rollouts, sum(r.tokens) AS scored_tokens,
       sum(c.batch_id IS NOT NULL) AS trained_rollouts,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'teacher.kl') AS kl
FROM runs x
CROSS JOIN steps s ON s.run_id = x.id
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN rollouts r ON r.group_id = g.id
CROSS JOIN rollout_payloads rp ON rp.rollout_id = r.id AND rp.teacher_logprobs IS NOT NULL
LEFT JOIN credits c ON c.rollout_id = r.id
WHERE x.recipe ->> '$.teacher' IS NOT NULL
GROUP BY s.run_id, s.number;

-- How many versions older than the policy it trained each batch's rollouts were.
CREATE VIEW v_staleness AS
SELECT s.run_id, s.number AS step, count(*) AS rollouts,
       avg(k.parent_version - r.policy_version) AS mean_staleness, max(k.parent_version - r.policy_version) AS max_staleness
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN rollouts r ON r.group_id = g.id
CROSS JOIN credits c ON c.rollout_id = r.id
CROSS JOIN checkpoints k ON k.batch_id = c.batch_id AND k.run_id = s.run_id
GROUP BY s.run_id, s.number;

-- What each step cost: tokens sampled (those of the search for hints too), tokens trained, seconds by phase, and seconds since
-- the step before was done (`wall_seconds`): where sampling runs ahead, phases overlap and their sum is more.
CREATE VIEW v_cost AS
SELECT s.run_id, s.number AS step,
       (SELECT sum(r.tokens) FROM rollouts r JOIN groups g ON g.id = r.group_id WHERE g.step_id = s.id) AS sampled_tokens,
       (SELECT sum(r.tokens) FROM rollouts r JOIN groups g ON g.id = r.group_id WHERE g.step_id = s.id AND r.hint_id IS NOT NULL) AS hint_tokens,
       b.tokens AS trained_tokens,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.collect') AS collect_seconds,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.credit') AS credit_seconds,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.train') AS train_seconds,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.sync') AS sync_seconds,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'wall_seconds') AS wall_seconds
FROM steps s
LEFT JOIN batches b ON b.step_id = s.id;

-- The timeline of a run, one line for each stretch of work that is done: a phase of a step (`collect` is sampling and judging), a
-- policy server that was switched to the weights of a step (`sync`), an evaluation (`evaluate`, with its suite). Phases of several
-- steps overlap where sampling runs ahead. What a kill cut short counts from when the run was resumed.
CREATE VIEW v_pipeline AS
SELECT e.run_id, e.step, iif(e.type = 'weights_loaded', 'sync', e.data ->> 'phase') AS phase, NULL AS suite,
       strftime('%Y-%m-%dT%H:%M:%fZ', e.at, (-(e.data ->> 'seconds')) || ' seconds') AS started_at, e.at AS finished_at,
       e.data ->> 'seconds' AS seconds
FROM events e
WHERE e.type IN ('phase_finished', 'weights_loaded')
UNION ALL
SELECT x.run_id, x.step, 'evaluate', x.suite, x.began, x.finished_at,
       round((julianday(x.finished_at) - julianday(x.began)) * 86400, 3)
FROM (SELECT v.*, max(v.started_at, coalesce((SELECT max(r.at) FROM events r
               WHERE r.run_id = v.run_id AND r.type = 'run_resumed' AND r.at <= v.finished_at), v.started_at)) AS began
      FROM evals v WHERE v.finished_at IS NOT NULL) x;

-- Accuracy of every finished evaluation by arm, with the source that the arm is of in a run with sources (an arm is of one).
CREATE VIEW v_evals AS
SELECT e.run_id, e.suite, e.step, e.policy_version, x.arm,
       (SELECT p.source FROM problems p WHERE p.set_id = e.set_id AND p.arm = x.arm LIMIT 1) AS source,
       CASE WHEN x.judged > 0 THEN 1.0 * x.passed / x.judged END AS accuracy, x.problems, x.completions,
       x.completions - x.judged AS unjudged
FROM evals e
JOIN eval_arms x ON x.eval_id = e.id
WHERE e.finished_at IS NOT NULL;
