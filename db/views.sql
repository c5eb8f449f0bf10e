-- Views over the tables of db/schema: the questions that people ask. Dropped and made anew by every migration.

-- One line a rollout: what was asked, what was answered, what it earned, and what became of it.
CREATE VIEW v_rollouts AS
SELECT
  s.run_id, s.number AS step, g.slot, r.number AS rollout, r.id AS rollout_id, g.id AS group_id,
  g.arm, p.key AS problem_key, p.problem, p.answer,
  pr.text AS prompt, rp.text AS response, r.tokens, r.finish_reason, r.policy_version,
  c.reward, c.advantage, c.weight, c.batch_id, c.drop_reason,
  (SELECT group_concat(v.verifier || ': ' || v.status || CASE v.passed WHEN 1 THEN ' passed' WHEN 0 THEN ' failed' ELSE '' END, ', ')
     FROM verdicts v WHERE v.rollout_id = r.id) AS verdicts,
  (SELECT CASE WHEN count(*) = count(v.passed) THEN min(v.passed) END FROM verdicts v WHERE v.rollout_id = r.id) AS passed
FROM rollouts r
JOIN groups g ON g.id = r.group_id
JOIN steps s ON s.id = g.step_id
JOIN problems p ON p.id = g.problem_id
JOIN prompts pr ON pr.id = r.prompt_id
JOIN rollout_payloads rp ON rp.rollout_id = r.id
LEFT JOIN credits c ON c.rollout_id = r.id;

-- Why was this trained: from the problem to the checkpoint, one line a trained rollout.
CREATE VIEW v_lineage AS
SELECT
  s.run_id, s.number AS step, g.slot, r.number AS rollout, r.id AS rollout_id,
  p.key AS problem_key, p.problem, g.arm, g.propensity,
  pr.text AS prompt, rp.text AS response, r.seed, r.policy_version AS sampled_by_version,
  v.verifier, v.status AS verdict, v.passed, v.score,
  c.reward, c.advantage, c.weight,
  b.directory AS batch, b.sha256 AS batch_sha256,
  j.epoch AS trainer_epoch, k.policy_version AS trained_into_version, k.directory AS checkpoint, k.sha256 AS checkpoint_sha256
FROM credits c
JOIN rollouts r ON r.id = c.rollout_id
JOIN groups g ON g.id = r.group_id
JOIN steps s ON s.id = g.step_id
JOIN problems p ON p.id = g.problem_id
JOIN prompts pr ON pr.id = r.prompt_id
JOIN rollout_payloads rp ON rp.rollout_id = r.id
LEFT JOIN verdicts v ON v.rollout_id = r.id
JOIN batches b ON b.id = c.batch_id
LEFT JOIN checkpoints k ON k.batch_id = b.id
LEFT JOIN trainer_jobs j ON j.id = k.job_id;

-- Groups in which every rollout has a verdict and none passed: the learning cliff.
CREATE VIEW v_cliffs AS
SELECT s.run_id, s.number AS step, g.slot, g.id AS group_id, g.arm, p.key AS problem_key, p.problem, p.answer,
       count(*) AS rollouts
FROM groups g
JOIN steps s ON s.id = g.step_id
JOIN problems p ON p.id = g.problem_id
JOIN rollouts r ON r.group_id = g.id
JOIN verdicts v ON v.rollout_id = r.id
GROUP BY g.id
HAVING count(*) = count(v.passed) AND sum(v.passed) = 0;

-- Each arm over the steps: how often it was drawn, its pass rate, how much of it was trained.
CREATE VIEW v_arms AS
SELECT s.run_id, s.number AS step, g.arm,
       count(DISTINCT g.id) AS groups, count(*) AS rollouts,
       avg(v.passed) AS pass_rate, avg(c.reward) AS mean_reward, avg(abs(c.advantage)) AS mean_abs_advantage,
       avg(c.batch_id IS NOT NULL) AS trained_share
FROM groups g
JOIN steps s ON s.id = g.step_id
JOIN rollouts r ON r.group_id = g.id
JOIN verdicts v ON v.rollout_id = r.id
LEFT JOIN credits c ON c.rollout_id = r.id
GROUP BY s.run_id, s.number, g.arm;

-- Why rollouts were not trained.
CREATE VIEW v_drops AS
SELECT s.run_id, s.number AS step, g.arm, c.drop_reason, count(*) AS rollouts
FROM credits c
JOIN rollouts r ON r.id = c.rollout_id
JOIN groups g ON g.id = r.group_id
JOIN steps s ON s.id = g.step_id
WHERE c.drop_reason IS NOT NULL
GROUP BY s.run_id, s.number, g.arm, c.drop_reason;

-- How many versions older than the policy it trained each batch's rollouts were.
CREATE VIEW v_staleness AS
SELECT s.run_id, s.number AS step, count(*) AS rollouts,
       avg(k.parent_version - r.policy_version) AS mean_staleness, max(k.parent_version - r.policy_version) AS max_staleness
FROM credits c
JOIN rollouts r ON r.id = c.rollout_id
JOIN groups g ON g.id = r.group_id
JOIN steps s ON s.id = g.step_id
JOIN checkpoints k ON k.batch_id = c.batch_id
GROUP BY s.run_id, s.number;

-- What each step cost: tokens sampled and trained, and seconds by phase.
CREATE VIEW v_cost AS
SELECT s.run_id, s.number AS step,
       (SELECT sum(r.tokens) FROM rollouts r JOIN groups g ON g.id = r.group_id WHERE g.step_id = s.id) AS sampled_tokens,
       b.tokens AS trained_tokens,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.collect') AS collect_seconds,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.credit') AS credit_seconds,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.train') AS train_seconds,
       (SELECT m.value FROM metrics m WHERE m.run_id = s.run_id AND m.step = s.number AND m.name = 'seconds.sync') AS sync_seconds
FROM steps s
LEFT JOIN batches b ON b.step_id = s.id;

-- Accuracy of every finished evaluation by arm.
CREATE VIEW v_evals AS
SELECT e.run_id, e.suite, e.step, e.policy_version, p.arm,
       avg(x.passed) AS accuracy, count(DISTINCT x.problem_id) AS problems, count(*) AS completions,
       sum(x.status <> 'ok') AS unjudged
FROM evals e
JOIN eval_results x ON x.eval_id = e.id
JOIN problems p ON p.id = x.problem_id
WHERE e.finished_at IS NOT NULL
GROUP BY e.id, p.arm;
