-- How often do two verifiers disagree about the same response?
-- Theme: Rewards and verifiers
-- Each pair of verifiers, over responses that both judged. Much on one side only says that one of them is lax, or that the policy has
-- found a way to please it; `example` is a rollout to read. Reads the last 30 steps. No rows with a single verifier.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 29 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)) -- others: SELECT 1 AS first, 30 AS last
SELECT a.verifier, b.verifier AS other, count(*) AS judged_by_both, sum(a.passed AND b.passed) AS both_passed,
       sum(a.passed AND NOT b.passed) AS only_first, sum(b.passed AND NOT a.passed) AS only_other,
       round(avg(a.passed <> b.passed), 3) AS disagreement, max(CASE WHEN a.passed <> b.passed THEN r.id END) AS example
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN rollouts r ON r.group_id = g.id
CROSS JOIN verdicts a ON a.rollout_id = r.id AND a.status = 'ok'
CROSS JOIN verdicts b ON b.rollout_id = r.id AND b.status = 'ok' AND b.verifier > a.verifier
WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
GROUP BY a.verifier, b.verifier
ORDER BY disagreement DESC;
