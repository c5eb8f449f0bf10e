-- How old were the rollouts that were trained?
-- Theme: Why it was trained
-- Versions between the policy that sampled a rollout and the one that it trained. A run that waits for each other's steps has 0 only; in
-- others, `mean_advantage` and `passed` that change with age say that old rollouts teach something else. Reads the last 30 steps.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 29 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)) -- others: SELECT 1 AS first, 30 AS last
SELECT k.parent_version - r.policy_version AS versions_old, count(*) AS rollouts, count(DISTINCT s.id) AS steps,
       round(avg(o.passed), 3) AS passed, round(avg(abs(c.advantage)), 3) AS mean_advantage
FROM steps s
CROSS JOIN batches b ON b.step_id = s.id
CROSS JOIN checkpoints k ON k.batch_id = b.id AND k.run_id = s.run_id
CROSS JOIN credits c ON c.batch_id = b.id
CROSS JOIN rollouts r ON r.id = c.rollout_id
LEFT JOIN outcomes o ON o.rollout_id = r.id
WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
GROUP BY versions_old
ORDER BY versions_old;
