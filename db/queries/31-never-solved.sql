-- Which problems were practised and never solved?
-- Theme: Problems, hints and the curriculum
-- No attempt without a hint ever passed, most visited first. Problems that stay here are too hard, or their answers are wrong. Reads the
-- counts of all groups of the problem set, no rollouts. No rows when every practised problem was solved once.
WITH run AS (SELECT id, practice_set_id FROM runs ORDER BY id DESC LIMIT 1) -- another: SELECT id, practice_set_id FROM runs WHERE id = 3
SELECT p.key, p.arm, p.problem, p.answer, count(*) AS visits, sum(g.judged) AS attempts, max(s.number) AS last_visit
FROM run
CROSS JOIN problems p ON p.set_id = run.practice_set_id
CROSS JOIN groups g ON g.problem_id = p.id
CROSS JOIN steps s ON s.id = g.step_id AND s.run_id = run.id
GROUP BY p.id
HAVING sum(g.judged) > 0 AND sum(g.passed) = 0
ORDER BY visits DESC, last_visit DESC, p.position
LIMIT 20;
