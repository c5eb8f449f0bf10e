-- Are right answers longer or shorter than wrong ones, and does that change?
-- Theme: What the policy answers
-- Ten steps spread over the run, attempts without hints. Wrong answers that grow while right ones do not are often a policy that rambles;
-- `cut_off` is the share that reached the length limit. Reads those ten steps only.
WITH run AS (SELECT max(id) AS id FROM runs), -- the newest; another: SELECT 3 AS id
     length AS (SELECT max(number) AS steps FROM steps WHERE run_id = (SELECT id FROM run))
SELECT s.number AS step, count(*) AS attempts, round(avg(CASE WHEN o.passed THEN r.tokens END), 2) AS right_tokens,
       round(avg(CASE WHEN NOT o.passed THEN r.tokens END), 2) AS wrong_tokens, max(r.tokens) AS longest,
       round(avg(r.finish_reason = 'length'), 3) AS cut_off, round(avg(o.passed), 3) AS pass_rate
FROM steps s
CROSS JOIN groups g ON g.step_id = s.id
CROSS JOIN rollouts r ON r.group_id = g.id AND r.hint_id IS NULL
LEFT JOIN outcomes o ON o.rollout_id = r.id
WHERE s.run_id = (SELECT id FROM run)
  AND (s.number * 10 / (SELECT steps FROM length)) > ((s.number - 1) * 10 / (SELECT steps FROM length))
GROUP BY s.number
ORDER BY s.number;
