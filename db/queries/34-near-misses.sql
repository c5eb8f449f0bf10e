-- How many failures were a single character away from the right answer?
-- Theme: Problems, hints and the curriculum
-- What the verifier read as the answer, where it is as long as the right one and differs in one place. Many of them speak for slips, not
-- for a lack of method. For answers of a fixed form, such as numbers; of free text it finds little. Reads the last 30 steps.
WITH RECURSIVE run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 29 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)), -- others: SELECT 1 AS first, 30 AS last
     place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < 100),
     failures AS (
       SELECT g.arm, p.problem, p.answer, o.extracted,
              length(o.extracted) = length(p.answer) AND length(p.answer) <= 100
              AND (SELECT count(*) FROM place WHERE i <= length(p.answer) AND substr(o.extracted, i, 1) <> substr(p.answer, i, 1)) = 1 AS is_near
       FROM steps s
       CROSS JOIN groups g ON g.step_id = s.id AND g.passed < g.judged
       CROSS JOIN problems p ON p.id = g.problem_id
       CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
       CROSS JOIN outcomes o ON o.rollout_id = r.id AND o.passed = 0
       WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
     )
SELECT arm, count(*) AS failures, total(is_near) AS near_misses, round(total(is_near) / count(*), 3) AS share,
       max(CASE WHEN is_near THEN problem || ' = ' || answer || ', not ' || extracted END) AS example
FROM failures
GROUP BY arm
ORDER BY share DESC, arm;
