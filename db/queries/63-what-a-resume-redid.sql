-- What did the run do again after it was interrupted?
-- Theme: Training and cost
-- Each attempt (epoch) at running the trainer. An epoch starts from the newest checkpoint on disk and trains again the batches since
-- (`trained_again`: their rollouts are rows and are never sampled twice); then it makes new versions. One epoch is a run that was
-- never interrupted. `detail` says why an epoch ended.
WITH run AS (SELECT max(id) AS id FROM runs) -- the newest; another: SELECT 3 AS id
SELECT j.epoch, j.driver, j.state, j.started_from_version,
       coalesce((SELECT max(k.policy_version) FROM checkpoints k CROSS JOIN trainer_jobs e ON e.id = k.job_id
                  WHERE k.run_id = j.run_id AND e.epoch < j.epoch), 0) - j.started_from_version AS trained_again,
       (SELECT min(k.policy_version) FROM checkpoints k WHERE k.run_id = j.run_id AND k.job_id = j.id) AS first_new_version,
       (SELECT max(k.policy_version) FROM checkpoints k WHERE k.run_id = j.run_id AND k.job_id = j.id) AS last_new_version,
       substr(j.detail, 1, 80) AS detail
FROM trainer_jobs j
WHERE j.run_id = (SELECT id FROM run)
ORDER BY j.epoch;
