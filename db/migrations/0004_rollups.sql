CREATE TABLE `eval_arms` (
	`eval_id` integer NOT NULL,
	`arm` text NOT NULL,
	`problems` integer NOT NULL,
	`completions` integer NOT NULL,
	`judged` integer NOT NULL,
	`passed` integer NOT NULL,
	PRIMARY KEY(`eval_id`, `arm`),
	FOREIGN KEY (`eval_id`) REFERENCES `evals`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
-- Until now the results themselves were counted anew each time.
INSERT INTO `eval_arms` (`eval_id`, `arm`, `problems`, `completions`, `judged`, `passed`) SELECT e.`id`, p.`arm`, count(DISTINCT x.`problem_id`), count(*), count(x.`passed`), total(x.`passed`) FROM `evals` e CROSS JOIN `eval_results` x ON x.`eval_id` = e.`id` CROSS JOIN `problems` p ON p.`id` = x.`problem_id` WHERE e.`finished_at` IS NOT NULL GROUP BY e.`id`, p.`arm`;--> statement-breakpoint
DROP INDEX `groups_by_problem`;--> statement-breakpoint
ALTER TABLE `groups` ADD `judged` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `groups` ADD `passed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `groups` SET (`judged`, `passed`) = (SELECT count(o.`passed`), total(o.`passed`) FROM `rollouts` r CROSS JOIN `outcomes` o ON o.`rollout_id` = r.`id` WHERE r.`group_id` = `groups`.`id` AND r.`hint_id` IS NULL);--> statement-breakpoint
CREATE INDEX `groups_by_problem` ON `groups` (`problem_id`,`step_id`,`judged`,`passed`);--> statement-breakpoint
CREATE INDEX `events_by_type` ON `events` (`run_id`,`type`,`id`);--> statement-breakpoint
CREATE INDEX `metrics_by_name` ON `metrics` (`run_id`,`name`,`step`,`value`);
