-- Does the reward rise while held-out accuracy does not? (a sign of reward hacking)
-- Theme: Rewards and verifiers
-- At each evaluation: the mean reward in practice since the one before, and the accuracy. Both should move the same way; a reward that
-- goes up alone is earned by something else than right answers. A curriculum that turns to harder arms lowers the reward without
-- harm. No rows for a run that was not evaluated.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     points AS (
       SELECT suite, step, sum(accuracy * (completions - unjudged)) / sum(completions - unjudged) AS accuracy
       FROM v_evals WHERE run_id = (SELECT id FROM run) GROUP BY suite, step
     ),
     spans AS (
       SELECT *, lag(step) OVER w AS earlier, accuracy - lag(accuracy) OVER w AS accuracy_change
       FROM points WINDOW w AS (PARTITION BY suite ORDER BY step)
     ),
     rewarded AS (
       SELECT *, (SELECT avg(value) FROM metrics WHERE run_id = (SELECT id FROM run) AND name = 'reward.mean'
                    AND metrics.step > spans.earlier AND metrics.step <= spans.step) AS reward
       FROM spans
     )
SELECT suite, step, round(reward, 3) AS practice_reward, round(accuracy, 3) AS accuracy,
       round(reward - lag(reward) OVER (PARTITION BY suite ORDER BY step), 3) AS reward_change,
       round(accuracy_change, 3) AS accuracy_change
FROM rewarded
ORDER BY suite, step;
