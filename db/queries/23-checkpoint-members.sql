-- Which rollouts made this checkpoint out of the one before it?
-- Theme: Why it was trained
-- The batch behind a policy version, those with the largest advantage first. `hint` is the hint in the rollout's own prompt.
WITH version AS (
  SELECT run_id, max(policy_version) AS number FROM checkpoints WHERE run_id = (SELECT max(id) FROM runs) -- another: SELECT 3 AS run_id, 40 AS number
)
SELECT k.policy_version AS version, s.number AS step, r.id AS rollout_id, g.arm, p.problem, h.tier || ' ' || h.level AS hint,
       substr(rp.text, 1, 80) AS response, o.passed, round(c.advantage, 3) AS advantage, r.policy_version AS sampled_by
FROM version v
CROSS JOIN checkpoints k ON k.run_id = v.run_id AND k.policy_version = v.number
CROSS JOIN credits c ON c.batch_id = k.batch_id
CROSS JOIN rollouts r ON r.id = c.rollout_id
CROSS JOIN groups g ON g.id = r.group_id
CROSS JOIN steps s ON s.id = g.step_id
CROSS JOIN problems p ON p.id = g.problem_id
CROSS JOIN rollout_payloads rp ON rp.rollout_id = r.id
LEFT JOIN hints h ON h.id = r.hint_id
LEFT JOIN outcomes o ON o.rollout_id = r.id
ORDER BY abs(c.advantage) DESC, r.id
LIMIT 50;
