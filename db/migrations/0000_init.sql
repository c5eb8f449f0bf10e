CREATE TABLE `eval_results` (
	`eval_id` integer NOT NULL,
	`problem_id` integer NOT NULL,
	`number` integer NOT NULL,
	`status` text NOT NULL,
	`passed` integer,
	`score` real,
	`tokens` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`eval_id`, `problem_id`, `number`),
	FOREIGN KEY (`eval_id`) REFERENCES `evals`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`problem_id`) REFERENCES `problems`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `eval_results_by_problem` ON `eval_results` (`problem_id`);--> statement-breakpoint
CREATE TABLE `evals` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`suite` text NOT NULL,
	`set_id` integer NOT NULL,
	`policy_version` integer NOT NULL,
	`step` integer NOT NULL,
	`samples` integer NOT NULL,
	`temperature` real NOT NULL,
	`started_at` text NOT NULL,
	`finished_at` text,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`set_id`) REFERENCES `problem_sets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evals_natural` ON `evals` (`run_id`,`suite`,`step`);--> statement-breakpoint
CREATE TABLE `problem_sets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`sha256` text NOT NULL,
	`path` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `problem_sets_sha256_unique` ON `problem_sets` (`sha256`);--> statement-breakpoint
CREATE TABLE `problems` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`set_id` integer NOT NULL,
	`position` integer NOT NULL,
	`key` text NOT NULL,
	`arm` text NOT NULL,
	`problem` text NOT NULL,
	`answer` text NOT NULL,
	`hints` text,
	`extra` text NOT NULL,
	FOREIGN KEY (`set_id`) REFERENCES `problem_sets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `problems_natural` ON `problems` (`set_id`,`position`);--> statement-breakpoint
CREATE INDEX `problems_by_arm` ON `problems` (`set_id`,`arm`,`position`);--> statement-breakpoint
CREATE INDEX `problems_by_key` ON `problems` (`key`);--> statement-breakpoint
CREATE INDEX `problems_by_text` ON `problems` (`problem`);--> statement-breakpoint
CREATE TABLE `prompts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`sha256` text NOT NULL,
	`text` text NOT NULL,
	`token_ids` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `prompts_sha256_unique` ON `prompts` (`sha256`);--> statement-breakpoint
CREATE TABLE `credits` (
	`rollout_id` integer PRIMARY KEY NOT NULL,
	`reward` real,
	`advantage` real NOT NULL,
	`weight` real NOT NULL,
	`batch_id` integer,
	`drop_reason` text,
	FOREIGN KEY (`rollout_id`) REFERENCES `rollouts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`batch_id`) REFERENCES `batches`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "credits_batch_or_reason" CHECK(("credits"."batch_id" IS NULL) <> ("credits"."drop_reason" IS NULL))
);
--> statement-breakpoint
CREATE INDEX `credits_by_batch` ON `credits` (`batch_id`);--> statement-breakpoint
CREATE TABLE `groups` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`step_id` integer NOT NULL,
	`slot` integer NOT NULL,
	`problem_id` integer NOT NULL,
	`arm` text NOT NULL,
	`propensity` real NOT NULL,
	`state` text NOT NULL,
	FOREIGN KEY (`step_id`) REFERENCES `steps`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`problem_id`) REFERENCES `problems`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_natural` ON `groups` (`step_id`,`slot`);--> statement-breakpoint
CREATE INDEX `groups_by_problem` ON `groups` (`problem_id`);--> statement-breakpoint
CREATE TABLE `rollout_payloads` (
	`rollout_id` integer PRIMARY KEY NOT NULL,
	`token_ids` blob NOT NULL,
	`logprobs` blob NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`rollout_id`) REFERENCES `rollouts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `rollouts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`group_id` integer NOT NULL,
	`number` integer NOT NULL,
	`prompt_id` integer NOT NULL,
	`seed` integer NOT NULL,
	`policy_version` integer NOT NULL,
	`finish_reason` text NOT NULL,
	`tokens` integer NOT NULL,
	`sampled_at` text NOT NULL,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`prompt_id`) REFERENCES `prompts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rollouts_natural` ON `rollouts` (`group_id`,`number`);--> statement-breakpoint
CREATE TABLE `verdicts` (
	`rollout_id` integer NOT NULL,
	`verifier` text NOT NULL,
	`version` text NOT NULL,
	`status` text NOT NULL,
	`passed` integer,
	`score` real,
	`extracted` text,
	`details` text,
	`error` text,
	`run_ms` real NOT NULL,
	`queue_ms` real NOT NULL,
	PRIMARY KEY(`rollout_id`, `verifier`),
	FOREIGN KEY (`rollout_id`) REFERENCES `rollouts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "verdicts_score_only_when_ok" CHECK(("verdicts"."status" = 'ok') = ("verdicts"."passed" IS NOT NULL) AND ("verdicts"."status" = 'ok') = ("verdicts"."score" IS NOT NULL))
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`step` integer,
	`type` text NOT NULL,
	`at` text NOT NULL,
	`data` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `events_by_run` ON `events` (`run_id`,`id`);--> statement-breakpoint
CREATE TABLE `metrics` (
	`run_id` integer NOT NULL,
	`step` integer NOT NULL,
	`name` text NOT NULL,
	`value` real NOT NULL,
	PRIMARY KEY(`run_id`, `step`, `name`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`seed` integer NOT NULL,
	`recipe` text NOT NULL,
	`prompt_template` text NOT NULL,
	`practice_set_id` integer NOT NULL,
	`development_set_id` integer,
	`test_set_id` integer,
	`version` text NOT NULL,
	`created_at` text NOT NULL,
	`finished_at` text,
	FOREIGN KEY (`practice_set_id`) REFERENCES `problem_sets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`development_set_id`) REFERENCES `problem_sets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`test_set_id`) REFERENCES `problem_sets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `steps` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`number` integer NOT NULL,
	`phase` text NOT NULL,
	`policy_version` integer NOT NULL,
	`started_at` text NOT NULL,
	`finished_at` text,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `steps_natural` ON `steps` (`run_id`,`number`);--> statement-breakpoint
CREATE TABLE `batches` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`step_id` integer NOT NULL,
	`state` text NOT NULL,
	`directory` text NOT NULL,
	`sha256` text,
	`sequences` integer NOT NULL,
	`tokens` integer NOT NULL,
	FOREIGN KEY (`step_id`) REFERENCES `steps`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `batches_step_id_unique` ON `batches` (`step_id`);--> statement-breakpoint
CREATE TABLE `checkpoints` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`policy_version` integer NOT NULL,
	`parent_version` integer NOT NULL,
	`batch_id` integer NOT NULL,
	`job_id` integer NOT NULL,
	`directory` text NOT NULL,
	`export_directory` text NOT NULL,
	`sha256` text NOT NULL,
	`created_at` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`batch_id`) REFERENCES `batches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`job_id`) REFERENCES `trainer_jobs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `checkpoints_natural` ON `checkpoints` (`run_id`,`policy_version`);--> statement-breakpoint
CREATE INDEX `checkpoints_by_batch` ON `checkpoints` (`batch_id`);--> statement-breakpoint
CREATE TABLE `curriculum_states` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`step` integer NOT NULL,
	`moment` text NOT NULL,
	`curriculum` text NOT NULL,
	`state` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `curriculum_states_natural` ON `curriculum_states` (`run_id`,`step`,`moment`);--> statement-breakpoint
CREATE TABLE `trainer_jobs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`epoch` integer NOT NULL,
	`driver` text NOT NULL,
	`state` text NOT NULL,
	`detail` text,
	`started_from_version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `trainer_jobs_natural` ON `trainer_jobs` (`run_id`,`epoch`);