-- How do two runs differ, tenth by tenth?
-- Theme: What was learned
-- Means of a metric over each tenth of the longer run's steps: the newest run and the one before it (or the newest with itself, where it
-- is the only one). Rewards of runs with different verifiers are not the same measure. All metrics:
-- SELECT DISTINCT name FROM metrics WHERE run_id = 1.
WITH pair AS (SELECT coalesce((SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET 1), max(id)) AS a, max(id) AS b FROM runs), -- others: SELECT 3 AS a, 5 AS b
     asked(name) AS (VALUES ('reward.mean'), ('train.entropy')),
     length AS (SELECT max(number) AS steps FROM steps WHERE run_id IN ((SELECT a FROM pair), (SELECT b FROM pair)))
SELECT m.name AS metric, min(m.step) AS from_step, max(m.step) AS to_step,
       round(avg(CASE WHEN m.run_id = pair.a THEN m.value END), 4) AS run_a,
       round(avg(CASE WHEN m.run_id = pair.b THEN m.value END), 4) AS run_b,
       round(avg(CASE WHEN m.run_id = pair.b THEN m.value END) - avg(CASE WHEN m.run_id = pair.a THEN m.value END), 4) AS difference
FROM pair CROSS JOIN asked CROSS JOIN metrics m ON m.run_id IN (pair.a, pair.b) AND m.name = asked.name
GROUP BY m.name, (m.step - 1) * 10 / (SELECT steps FROM length)
ORDER BY m.name, from_step;
