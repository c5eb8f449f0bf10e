-- Which tokens pulled hardest on the policy in the newest batch?
-- Theme: Why it was trained
-- Tokens of the three rollouts with the largest |advantage|. The pull of a token is about advantage x weight x (1 - probability): a
-- sure token has little left to move, a surprising one much. With a teacher, its part is added by token and is not in `advantage`:
-- see `teacher_logprob` of rollout_tokens. The text of token ids is shown by the dashboard.
WITH picked AS (
  SELECT c.rollout_id, c.advantage, c.weight FROM credits c
  WHERE c.batch_id = (SELECT max(k.batch_id) FROM checkpoints k WHERE k.run_id = (SELECT max(id) FROM runs)) -- another: WHERE c.batch_id = 12
  ORDER BY abs(c.advantage) DESC, c.rollout_id LIMIT 3
)
SELECT p.rollout_id, t.position, t.token_id, round(exp(t.logprob), 4) AS probability, round(p.advantage, 3) AS advantage,
       round(p.advantage * p.weight * (1 - exp(t.logprob)), 6) AS pull
FROM picked p, rollout_tokens(p.rollout_id) t
WHERE NOT t.is_prompt
ORDER BY abs(pull) DESC, p.rollout_id, t.position
LIMIT 20;
