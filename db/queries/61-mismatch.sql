-- Do sampler and trainer agree on the probabilities of tokens?
-- Theme: Training and cost
-- Tenths of the run. `mismatch_kl` (nats a token) is what lies between the policy server and the trainer under the same weights: 0 where both
-- compute alike, to about 0.001 between unlike kernels. Growth means a sync that did not take, stale rollouts, or hinted rollouts that are trained
-- under the plain prompt. `ratio_max` is the largest probability ratio in a batch, `clipped` the share of tokens that were clipped.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     length AS (SELECT max(number) AS steps FROM steps WHERE run_id = (SELECT id FROM run))
SELECT min(step) AS from_step, max(step) AS to_step,
       round(avg(CASE WHEN name = 'train.mismatch_kl' THEN value END), 6) AS mismatch_kl,
       round(max(CASE WHEN name = 'train.mismatch_kl' THEN value END), 6) AS worst_mismatch_kl,
       round(avg(CASE WHEN name = 'train.mean_abs_log_ratio' THEN value END), 4) AS mean_abs_log_ratio,
       round(max(CASE WHEN name = 'train.ratio_max' THEN value END), 2) AS ratio_max,
       round(avg(CASE WHEN name = 'train.clip_fraction' THEN value END), 4) AS clipped
FROM metrics
WHERE run_id = (SELECT id FROM run)
  AND name IN ('train.mismatch_kl', 'train.mean_abs_log_ratio', 'train.ratio_max', 'train.clip_fraction')
GROUP BY (step - 1) * 10 / (SELECT steps FROM length)
ORDER BY from_step;
