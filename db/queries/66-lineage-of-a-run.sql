-- Which runs led to this one, and by which of their steps?
-- Theme: Training and cost
-- A fork goes on from a step of its parent, whose rows before that stay where they are. `generation` 0 is the run itself, 1 its parent;
-- `changed` is what its recipe changed of its parent's. The forks of a run: SELECT id, parent_step FROM runs WHERE parent_run = 1.
WITH RECURSIVE run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     line(generation, id, last) AS (
       SELECT 0, id, (SELECT max(number) FROM steps WHERE run_id = run.id) FROM run
       UNION ALL
       SELECT l.generation + 1, r.parent_run, min(r.parent_step, coalesce(l.last, r.parent_step))
       FROM line l JOIN runs r ON r.id = l.id WHERE r.parent_run IS NOT NULL
     )
SELECT l.generation, r.id AS run_id, r.name, coalesce(r.parent_step, 0) + 1 AS from_step, l.last AS to_step, r.superseded_by,
       (SELECT group_concat(c.path || ' = ' || coalesce(c.after ->> '$', 'none'), ', ') FROM recipe_changes c
         WHERE c.run_id = r.id AND c.step = r.parent_step + 1) AS changed
FROM line l
JOIN runs r ON r.id = l.id
ORDER BY l.generation;
