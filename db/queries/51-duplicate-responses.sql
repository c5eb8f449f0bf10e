-- How many responses of a group are copies of each other?
-- Theme: What the policy answers
-- By arm: different texts among the attempts of a group. Near 1 of 8 the policy no longer explores there: fine where it is right, bad where
-- it is wrong. Reads the last 10 steps.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 9 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)), -- others: SELECT 1 AS first, 10 AS last
     per_group AS (
       SELECT g.id, g.arm, g.passed > 0 AS is_solved, count(*) AS attempts, count(DISTINCT rp.text) AS texts
       FROM steps s
       CROSS JOIN groups g ON g.step_id = s.id
       CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
       CROSS JOIN rollout_payloads rp ON rp.rollout_id = r.id
       WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
       GROUP BY g.id
     )
SELECT arm, count(*) AS groups, round(avg(attempts), 1) AS attempts, round(avg(texts), 2) AS different_texts,
       round(1 - 1.0 * sum(texts) / sum(attempts), 3) AS copies, sum(texts = 1) AS all_the_same,
       total(texts = 1 AND NOT is_solved) AS all_the_same_and_wrong
FROM per_group
GROUP BY arm
ORDER BY copies DESC, arm;
