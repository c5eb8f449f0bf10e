-- Which problems teach most right now: some attempts pass, others fail?
-- Theme: Problems, hints and the curriculum
-- Groups of the last 10 steps nearest to half right: that is where the rewards of a group differ most. Few rows say that the set has become
-- too easy or too hard; then look at dropped-and-why. No rows when every group was all right or all wrong.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 9 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)) -- others: SELECT 1 AS first, 10 AS last
SELECT s.number AS step, g.arm, p.key, p.problem, p.answer, g.judged, g.passed, round(1.0 * g.passed / g.judged, 3) AS pass_rate
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id AND g.passed > 0 AND g.passed < g.judged
CROSS JOIN problems p ON p.id = g.problem_id
WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
ORDER BY abs(pass_rate - 0.5), s.number DESC, g.slot
LIMIT 20;
