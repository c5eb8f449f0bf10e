CREATE TABLE `run_tags` (
	`run_id` integer NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`run_id`, `tag`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `run_tags_by_tag` ON `run_tags` (`tag`);--> statement-breakpoint
ALTER TABLE `prompts` ADD `messages` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `command` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `note` text;--> statement-breakpoint
ALTER TABLE `runs` ADD `parent_run` integer REFERENCES runs(id);--> statement-breakpoint
ALTER TABLE `runs` ADD `parent_step` integer;--> statement-breakpoint
ALTER TABLE `runs` ADD `superseded_by` integer REFERENCES runs(id);--> statement-breakpoint
CREATE INDEX `runs_by_parent` ON `runs` (`parent_run`);