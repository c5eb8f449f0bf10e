-- Which checkpoint has the best held-out accuracy, and where does it lie?
-- Theme: What was learned
-- Every evaluated policy version, best first, over all arms together. Choose by the development set, as here, and keep the test set
-- for the end. `directory` is relative to the run's own, and empty for the base weights; a checkpoint that nothing needs any more may
-- have been deleted from disk. No rows for a run that was not evaluated.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     suite AS (
       SELECT suite FROM evals WHERE run_id = (SELECT id FROM run) AND finished_at IS NOT NULL
       ORDER BY suite <> 'development' LIMIT 1 -- another: SELECT 'test' AS suite
     )
SELECT e.suite, e.step, e.policy_version,
       round(sum(e.accuracy * (e.completions - e.unjudged)) / sum(e.completions - e.unjudged), 4) AS accuracy,
       round(min(e.accuracy), 3) AS weakest_arm, sum(e.completions) AS completions, k.directory
FROM v_evals e
LEFT JOIN checkpoints k ON k.run_id = e.run_id AND k.policy_version = e.policy_version
WHERE e.run_id = (SELECT id FROM run) AND e.suite = (SELECT suite FROM suite)
GROUP BY e.step
ORDER BY accuracy DESC, e.step
LIMIT 10;
