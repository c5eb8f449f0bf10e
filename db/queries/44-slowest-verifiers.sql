-- Which verifiers are slow, and which crash or run late?
-- Theme: Rewards and verifiers
-- `kept` verdicts were taken from an equal case before and cost nothing. `queue_ms` is how long a response waited for a free worker: much of
-- it asks for more workers (verifier options), much of `run_ms` for a faster verifier. What crashed or ran late is never counted as
-- wrong; `example_error` is the newest. Reads the last 30 steps.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     span AS (SELECT max(number) - 29 AS first, max(number) AS last FROM steps WHERE run_id = (SELECT id FROM run)) -- others: SELECT 1 AS first, 30 AS last
SELECT v.verifier, v.version, count(*) AS verdicts, sum(v.kept) AS kept, sum(v.status = 'error') AS errors,
       sum(v.status = 'timeout') AS timeouts, sum(v.status = 'skipped') AS skipped,
       round(avg(CASE WHEN NOT v.kept THEN v.run_ms END), 2) AS run_ms, round(max(v.run_ms), 1) AS longest_run_ms,
       round(avg(CASE WHEN NOT v.kept THEN v.queue_ms END), 2) AS queue_ms,
       substr(max(printf('%012d', r.id) || v.error), 13, 80) AS example_error
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN rollouts r ON r.group_id = g.id
CROSS JOIN verdicts v ON v.rollout_id = r.id
WHERE s.run_id = (SELECT id FROM run) AND s.number BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
GROUP BY v.verifier, v.version
ORDER BY avg(v.run_ms) DESC;
