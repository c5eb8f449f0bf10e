-- Are there suspiciously long answers that pass?
-- Theme: Rewards and verifiers
-- By arm: how long passing answers are, the longest with its rollout, how many are twice as long as the mean, and how many were cut off at
-- the length limit and passed all the same. Read the longest ones: rlvr show rollout:ID. Reads the last 30 steps.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 29 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)), -- others: SELECT 1 AS first, 30 AS last
     passes AS (
       SELECT g.arm, r.id, r.tokens, r.finish_reason, avg(r.tokens) OVER (PARTITION BY g.arm) AS mean_tokens,
              row_number() OVER (PARTITION BY g.arm ORDER BY r.tokens DESC, r.id DESC) AS place
       FROM steps s
       CROSS JOIN groups g ON g.step_id = s.id AND g.passed > 0
       CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
       CROSS JOIN outcomes o ON o.rollout_id = r.id AND o.passed
       WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
     )
SELECT arm, count(*) AS passes, round(avg(tokens), 1) AS mean_tokens, max(tokens) AS longest,
       max(CASE WHEN place = 1 THEN id END) AS longest_rollout, sum(tokens >= 2 * mean_tokens) AS twice_the_mean,
       sum(finish_reason = 'length') AS cut_off
FROM passes
GROUP BY arm
ORDER BY longest / mean_tokens DESC, arm;
