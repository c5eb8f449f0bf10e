-- Is the policy still exploring: entropy beside the pass rate?
-- Theme: What the policy answers
-- Tenths of the run. Entropy (nats a token, of what was trained) falls as the policy becomes sure. With a reward that rises that is learning;
-- with one that stands still it is a collapse. `dropped_share` counts rollouts of groups without spread: near 1 there is little
-- left to learn from these problems.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     length AS (SELECT max(number) AS steps FROM steps WHERE run_id = (SELECT id FROM run))
SELECT min(step) AS from_step, max(step) AS to_step,
       round(avg(CASE WHEN name = 'train.entropy' THEN value END), 4) AS entropy,
       round(avg(CASE WHEN name = 'reward.mean' THEN value END), 3) AS reward,
       round(total(CASE WHEN name = 'dropped.zero_variance' THEN value END) / total(CASE WHEN name = 'rollouts' THEN value END), 3) AS dropped_share,
       round(avg(CASE WHEN name = 'train.gradient_norm' THEN value END), 3) AS gradient_norm
FROM metrics
WHERE run_id = (SELECT id FROM run)
  AND name IN ('train.entropy', 'reward.mean', 'dropped.zero_variance', 'rollouts', 'train.gradient_norm')
GROUP BY (step - 1) * 10 / (SELECT steps FROM length)
ORDER BY from_step;
