-- Which hints get over the cliff, and how much has to be told?
-- Theme: Problems, hints and the curriculum
-- `knowledge` says what one has to know, `planning` how to go about it, `solution` how it goes; `level` is how many parts of that were
-- shown. A hint is tried after all weaker ones failed, so later levels meet the hardest problems only. `rescued` counts the hints that
-- brought a pass that was then trained. No rows without hints.
WITH run AS (SELECT max(id) AS id FROM runs) -- the newest; another: SELECT 3 AS id
SELECT arm, tier, level, count(*) AS tried, sum(is_used) AS rescued, round(1.0 * sum(is_used) / count(*), 3) AS rescue_rate,
       sum(rollouts) AS rollouts, sum(passed) AS passed, sum(skip_reason IS NOT NULL) AS skipped
FROM v_hints
WHERE run_id = (SELECT id FROM run)
GROUP BY arm, tier, level
ORDER BY rescued DESC, arm, min(attempt), tier, level;
