CREATE TABLE `recipe_changes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` integer NOT NULL,
	`step` integer NOT NULL,
	`path` text NOT NULL,
	`before` text,
	`after` text,
	`by` text NOT NULL,
	`evidence` text,
	`at` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `recipe_changes_by_run` ON `recipe_changes` (`run_id`,`id`);--> statement-breakpoint
ALTER TABLE `groups` ADD `drop_reason` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `recipe_file` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `recipe_sha256` text;--> statement-breakpoint
ALTER TABLE `batches` ADD `quarantine_reason` text;