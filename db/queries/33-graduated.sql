-- Which problems needed a hint once and are solved without one now?
-- Theme: Problems, hints and the curriculum
-- `graduated_at` is the first step after the first hint at which the policy passed alone; empty while it has not, or while the problem has
-- not come back (`later_visits` 0). Reads the groups of all runs, no rollouts. No rows without hints.
WITH run AS (SELECT max(id) AS id FROM runs) -- the newest; another: SELECT 3 AS id
SELECT problem_key, arm, problem, first_hint_at, times_hinted, later_visits, graduated_at,
       graduated_at - first_hint_at AS steps_to_graduate
FROM v_graduations
WHERE run_id = (SELECT id FROM run)
ORDER BY graduated_at IS NULL, steps_to_graduate, problem_key
LIMIT 30;
