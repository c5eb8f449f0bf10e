-- Which rollouts were not trained, and why?
-- Theme: Why it was trained
-- zero_variance: all rollouts of the group had the same reward, so none is better than another; no_verdict: a verifier crashed or ran
-- late, which is no failure of the policy; truncated: it was cut at max_tokens and sampling.truncated is mask; hint_search: sampled only to find a hint; replaced_by_hint: gave its place to a hinted one;
-- quarantined: training on its batch diverged.
-- `solved` is the share of them that passed: zero_variance near 1 is too easy, near 0 is a cliff. Reads the last 30 steps.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 29 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)) -- others: SELECT 1 AS first, 30 AS last
SELECT c.drop_reason, g.arm, count(*) AS rollouts, round(avg(o.passed), 3) AS solved, max(r.id) AS newest_rollout
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN rollouts r ON r.group_id = g.id
CROSS JOIN credits c ON c.rollout_id = r.id AND c.drop_reason IS NOT NULL
LEFT JOIN outcomes o ON o.rollout_id = r.id
WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
GROUP BY c.drop_reason, g.arm
ORDER BY rollouts DESC, g.arm;
