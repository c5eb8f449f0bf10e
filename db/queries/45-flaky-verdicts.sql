-- Do verifiers change their mind: is the same response judged differently, or only at a second try?
-- Theme: Rewards and verifiers
-- `tried_again` needed more than one try; `same_case` is how many different (problem, response) were judged more than once and
-- `judged_differently` how many of those did not always come out the same: above 0 the reward has noise of its own. A verdict
-- that was kept from an equal case is no second judgement: where all are kept, nothing is known. Reads the last 30 steps.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 29 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)), -- others: SELECT 1 AS first, 30 AS last
     cases AS (
       SELECT v.verifier, count(*) AS verdicts, sum(NOT v.kept) AS judged, sum(v.attempts > 1) AS tried_again, sum(v.status IN ('error', 'timeout')) AS without_verdict,
              count(DISTINCT v.passed) > 1 OR max(v.score) - min(v.score) > 1e-9 AS is_different
       FROM steps s
       CROSS JOIN groups g ON g.step_id = s.id
       CROSS JOIN rollouts r ON r.group_id = g.id
       CROSS JOIN verdicts v ON v.rollout_id = r.id
       CROSS JOIN rollout_payloads rp ON rp.rollout_id = r.id
       WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
       GROUP BY v.verifier, g.problem_id, rp.text
     )
SELECT verifier, sum(verdicts) AS verdicts, sum(tried_again) AS tried_again, sum(without_verdict) AS without_verdict,
       sum(judged > 1) AS same_case, total(judged > 1 AND is_different) AS judged_differently
FROM cases
GROUP BY verifier
ORDER BY judged_differently DESC, tried_again DESC, verifier;
