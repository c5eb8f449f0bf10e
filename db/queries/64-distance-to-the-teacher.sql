-- How near did the policy come to its teacher?
-- Theme: Training and cost
-- Tenths of a distillation run: the estimate of the reverse KL to the teacher (nats a token; 0 where both say the same) of what the policy
-- sampled, before it was trained on it, beside the reward. It should fall and flatten. No rows without a teacher.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     length AS (SELECT max(number) AS steps FROM steps WHERE run_id = (SELECT id FROM run))
SELECT min(k.step) AS from_step, max(k.step) AS to_step, round(avg(k.value), 4) AS teacher_kl, round(min(k.value), 4) AS least,
       round(max(k.value), 4) AS most, round(avg(r.value), 3) AS reward
FROM metrics k
LEFT JOIN metrics r ON r.run_id = k.run_id AND r.step = k.step AND r.name = 'reward.mean'
WHERE k.run_id = (SELECT id FROM run) AND k.name = 'teacher.kl'
GROUP BY (k.step - 1) * 10 / (SELECT steps FROM length)
ORDER BY from_step;
