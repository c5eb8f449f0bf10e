-- What was changed in the recipe while the run went on?
-- Theme: Training and cost
-- Each change of an option, with the first step that it applies to, who made it (`person`, or the name of a controller) and on what
-- evidence; `reward_before` and `reward_after` are mean rewards over the five steps on either side. No rows: nothing was changed.
WITH run AS (SELECT max(id) AS id FROM runs) -- the newest; another: SELECT 3 AS id
SELECT c.step, c.path, c.before, c.after, c.by, c.evidence,
       round((SELECT avg(m.value) FROM metrics m WHERE m.run_id = c.run_id AND m.name = 'reward.mean'
                 AND m.step BETWEEN c.step - 5 AND c.step - 1), 3) AS reward_before,
       round((SELECT avg(m.value) FROM metrics m WHERE m.run_id = c.run_id AND m.name = 'reward.mean'
                 AND m.step BETWEEN c.step AND c.step + 4), 3) AS reward_after
FROM recipe_changes c
WHERE c.run_id = (SELECT id FROM run)
ORDER BY c.id;
