-- Why was this rollout trained: what led from its problem to a checkpoint?
-- Theme: Why it was trained
-- One line, from the problem, its prompt and hint over the response, each verdict, the reward and the advantage to the batch and the
-- checkpoint, with their hashes. Every token of its completion was trained with this advantage and weight (a teacher's part of it,
-- in distillation, differs by token). The rollout here is that of the newest batch with the largest advantage.
SELECT * FROM v_lineage
WHERE rollout_id = ( -- another: WHERE rollout_id = 1234
  SELECT c.rollout_id FROM credits c
  WHERE c.batch_id = (SELECT max(k.batch_id) FROM checkpoints k WHERE k.run_id = (SELECT max(id) FROM runs))
  ORDER BY abs(c.advantage) DESC, c.rollout_id LIMIT 1
);
