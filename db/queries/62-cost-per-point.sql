-- What did a point of held-out accuracy cost?
-- Theme: Training and cost
-- Between one evaluation and the next: tokens sampled (hints included), seconds, and what each hundredth of accuracy took of them; empty where
-- nothing was gained. A price that climbs says where to stop. No rows for a run with fewer than two evaluations of a suite.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     points AS (
       SELECT suite, step, sum(accuracy * (completions - unjudged)) / sum(completions - unjudged) AS accuracy
       FROM v_evals WHERE run_id = (SELECT id FROM run) GROUP BY suite, step
     ),
     spans AS (
       SELECT suite, lag(step) OVER w AS from_step, step AS to_step, accuracy - lag(accuracy) OVER w AS gained
       FROM points WINDOW w AS (PARTITION BY suite ORDER BY step)
     ),
     costs AS (
       SELECT *,
              (SELECT sum(value) FROM metrics WHERE run_id = (SELECT id FROM run) AND name = 'tokens.sampled'
                 AND step > from_step AND step <= to_step) AS tokens,
              (SELECT total(coalesce(wall_seconds, ifnull(collect_seconds, 0) + ifnull(train_seconds, 0) + ifnull(sync_seconds, 0))) FROM v_cost
               WHERE run_id = (SELECT id FROM run) AND step > from_step AND step <= to_step) AS seconds
       FROM spans WHERE from_step IS NOT NULL
     )
SELECT suite, from_step, to_step, round(gained, 4) AS gained, CAST(tokens AS INTEGER) AS tokens, round(seconds, 1) AS seconds,
       CASE WHEN gained > 0 THEN CAST(tokens / gained / 100 AS INTEGER) END AS tokens_per_point,
       CASE WHEN gained > 0 THEN round(seconds / gained / 100, 2) END AS seconds_per_point
FROM costs
ORDER BY suite, from_step;
