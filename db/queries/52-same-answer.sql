-- How often do the attempts at a problem agree on an answer, and is the majority right?
-- Theme: What the policy answers
-- `agreement` is the share of a group's attempts that gave its most frequent answer (as the verifier read it). Where `majority_right` is well
-- above `pass_rate`, voting over several samples would help; where agreement is high and it is low, the policy is sure and wrong.
-- Reads the last 10 steps.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 9 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)), -- others: SELECT 1 AS first, 10 AS last
     answers AS (
       SELECT g.id, g.arm, g.judged, g.passed, count(*) AS times, max(o.passed) AS is_right,
              row_number() OVER (PARTITION BY g.id ORDER BY count(*) DESC, o.extracted) AS place,
              count(*) OVER (PARTITION BY g.id) AS different
       FROM steps s
       CROSS JOIN groups g ON g.step_id = s.id AND g.judged > 0
       CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
       CROSS JOIN outcomes o ON o.rollout_id = r.id AND o.passed IS NOT NULL
       WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
       GROUP BY g.id, o.extracted
     )
SELECT arm, count(*) AS groups, round(avg(different), 2) AS different_answers, round(avg(1.0 * times / judged), 3) AS agreement,
       round(avg(is_right), 3) AS majority_right, round(1.0 * sum(passed) / sum(judged), 3) AS pass_rate
FROM answers
WHERE place = 1
GROUP BY arm
ORDER BY agreement, arm;
