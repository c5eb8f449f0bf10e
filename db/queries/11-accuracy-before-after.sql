-- How much better is each arm on held-out problems than before training?
-- Theme: What was learned
-- The first and the newest finished evaluation of each suite. Problems of an evaluation are asked without hints, and those of
-- `development` and `test` are never practised. A change of a few hundredths on a hundred problems may be chance.
-- No rows for a run that was not evaluated.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (
       SELECT suite, min(step) AS first, max(step) AS last FROM evals
       WHERE run_id = (SELECT id FROM run) AND finished_at IS NOT NULL
       GROUP BY suite
     )
SELECT b.suite, b.arm, round(b.accuracy, 3) AS before, round(n.accuracy, 3) AS now,
       round(n.accuracy - b.accuracy, 3) AS change, n.step AS now_step, n.problems, n.completions
FROM span x
JOIN v_evals b ON b.run_id = (SELECT id FROM run) AND b.suite = x.suite AND b.step = x.first
JOIN v_evals n ON n.run_id = b.run_id AND n.suite = b.suite AND n.arm = b.arm AND n.step = x.last
ORDER BY b.suite, change DESC, b.arm;
