-- What did the curriculum choose to practise, and why?
-- Theme: Problems, hints and the curriculum
-- Each arm in each tenth of the run: how likely a slot was to draw it, how often it was drawn, and what that came from. `value` is what SEC
-- has learned to expect of the arm, its mean |advantage|; other curricula leave it empty (see `metrics` of v_arms). An arm that is
-- solved or hopeless has value near 0.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     length AS (SELECT max(number) AS steps FROM steps WHERE run_id = (SELECT id FROM run))
SELECT arm, min(step) AS from_step, max(step) AS to_step, sum(groups) AS groups, round(avg(probability), 3) AS probability,
       round(avg(value), 3) AS value, round(avg(mean_abs_advantage), 3) AS mean_abs_advantage,
       round(avg(pass_rate), 3) AS pass_rate, sum(hinted_groups) AS hinted
FROM v_arms
WHERE run_id = (SELECT id FROM run)
GROUP BY arm, (step - 1) * 10 / (SELECT steps FROM length)
ORDER BY (step - 1) * 10 / (SELECT steps FROM length), arm;
