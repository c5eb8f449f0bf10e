PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_checkpoints` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`policy_version` integer NOT NULL,
	`parent_version` integer NOT NULL,
	`batch_id` integer NOT NULL,
	`job_id` integer NOT NULL,
	`directory` text,
	`export_directory` text NOT NULL,
	`sha256` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`batch_id`) REFERENCES `batches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`job_id`) REFERENCES `trainer_jobs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_checkpoints`("id", "run_id", "policy_version", "parent_version", "batch_id", "job_id", "directory", "export_directory", "sha256", "created_at") SELECT "id", "run_id", "policy_version", "parent_version", "batch_id", "job_id", "directory", "export_directory", "sha256", "created_at" FROM `checkpoints`;--> statement-breakpoint
DROP TABLE `checkpoints`;--> statement-breakpoint
ALTER TABLE `__new_checkpoints` RENAME TO `checkpoints`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `checkpoints_natural` ON `checkpoints` (`run_id`,`policy_version`);--> statement-breakpoint
CREATE INDEX `checkpoints_by_batch` ON `checkpoints` (`batch_id`);--> statement-breakpoint
ALTER TABLE `rollout_payloads` ADD `teacher_logprobs` blob;