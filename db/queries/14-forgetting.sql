-- Which arms has the policy forgotten: how far is each below its best?
-- Theme: What was learned
-- Over all finished evaluations of a suite. `lost` above a few hundredths, on an arm that is still practised, asks for a look at the
-- learning rate or at what the curriculum neglects. No rows for a run that was not evaluated.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     points AS (
       SELECT suite, arm, step, accuracy,
              max(accuracy) OVER (PARTITION BY suite, arm) AS best,
              row_number() OVER (PARTITION BY suite, arm ORDER BY step DESC) AS age
       FROM v_evals WHERE run_id = (SELECT id FROM run)
     )
SELECT suite, arm, round(best, 3) AS best, min(CASE WHEN accuracy = best THEN step END) AS best_step,
       round(max(CASE WHEN age = 1 THEN accuracy END), 3) AS now, max(step) AS now_step,
       round(best - max(CASE WHEN age = 1 THEN accuracy END), 3) AS lost, count(*) AS evaluations
FROM points
GROUP BY suite, arm
HAVING count(*) > 1
ORDER BY suite, lost DESC, arm;
