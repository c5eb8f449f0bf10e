-- What did the policy answer to held-out problems before training, and what now?
-- Theme: What was learned
-- First completions of the first and the newest evaluation of a suite, two problems an arm: those that were learned first, then
-- those that are still wrong. No rows for a run that was not evaluated.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     suite AS (
       SELECT suite, min(step) AS first, max(step) AS last FROM evals
       WHERE run_id = (SELECT id FROM run) AND finished_at IS NOT NULL
       GROUP BY suite ORDER BY suite <> 'test' LIMIT 1
     ),
     pairs AS (
       SELECT p.arm, p.problem, p.answer, x.text AS before, x.passed AS before_passed, y.text AS now, y.passed AS now_passed,
              row_number() OVER (PARTITION BY p.arm ORDER BY x.passed - y.passed, y.passed, p.position) AS place
       FROM suite
       JOIN evals b ON b.run_id = (SELECT id FROM run) AND b.suite = suite.suite AND b.step = suite.first
       JOIN evals n ON n.run_id = b.run_id AND n.suite = b.suite AND n.step = suite.last
       JOIN eval_results x ON x.eval_id = b.id AND x.number = 0
       JOIN eval_results y ON y.eval_id = n.id AND y.problem_id = x.problem_id AND y.number = 0
       JOIN problems p ON p.id = x.problem_id
     )
SELECT arm, problem, answer, before, before_passed, now, now_passed
FROM pairs
WHERE place <= 2
ORDER BY arm, place;
