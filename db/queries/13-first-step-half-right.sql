-- At which step did each arm first pass half of its attempts, and is it still above?
-- Theme: What was learned
-- The pass rate of a step is over the attempts that practised the arm without hints: with few of them it jumps about, so a first step
-- may be luck; `last_below` is the newest step that was under a half again.
WITH run AS (SELECT max(id) AS id FROM runs) -- the newest; another: SELECT 3 AS id
SELECT substr(name, 11) AS arm, min(step) AS first_drawn, min(CASE WHEN value >= 0.5 THEN step END) AS first_half_right,
       max(CASE WHEN value < 0.5 THEN step END) AS last_below, round(avg(value), 3) AS mean_pass_rate,
       count(*) AS steps_drawn
FROM metrics
WHERE run_id = (SELECT id FROM run) AND name BETWEEN 'pass_rate.' AND 'pass_rate/'
GROUP BY name
ORDER BY first_half_right IS NULL, first_half_right, arm;
