-- At which tokens do sampler and trainer disagree most?
-- Theme: Training and cost
-- Tokens of the newest batch by the size of log(trainer / sampler), the trainer under the weights that the batch began with. Between unlike
-- kernels it is a few hundredths, between alike ones about 0.000001; beyond, the sync did not take. A rollout that is trained `unhinted`
-- was sampled under a hint, without which its tokens are less likely; with `pipeline.depth` the sampler is some versions behind.
WITH batch AS (SELECT max(k.batch_id) AS id FROM checkpoints k WHERE k.run_id = (SELECT max(id) FROM runs)) -- another: SELECT 12 AS id
SELECT r.id AS rollout_id, r.trained_under, t.position, t.token_id, round(exp(t.logprob), 4) AS sampler,
       round(exp(t.trainer_logprob), 4) AS trainer, round(t.trainer_logprob - t.logprob, 7) AS log_ratio, round(t.entropy, 3) AS entropy
FROM credits c
JOIN token_stats s ON s.rollout_id = c.rollout_id
JOIN rollouts r ON r.id = c.rollout_id
JOIN rollout_tokens(r.id) t
WHERE c.batch_id = (SELECT id FROM batch) AND NOT t.is_prompt
ORDER BY abs(t.trainer_logprob - t.logprob) DESC, r.id, t.position
LIMIT 20;
