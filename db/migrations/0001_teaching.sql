CREATE TABLE `hints` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`group_id` integer NOT NULL,
	`attempt` integer NOT NULL,
	`tier` text NOT NULL,
	`level` integer NOT NULL,
	`parts` text NOT NULL,
	`samples` integer NOT NULL,
	`skip_reason` text,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `hints_natural` ON `hints` (`group_id`,`attempt`);--> statement-breakpoint
CREATE TABLE `teacher_calls` (
	`sha256` text PRIMARY KEY NOT NULL,
	`model` text NOT NULL,
	`request` text NOT NULL,
	`response` text NOT NULL,
	`finish_reason` text NOT NULL,
	`prompt_tokens` integer,
	`completion_tokens` integer,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `arms` (
	`run_id` integer NOT NULL,
	`step` integer NOT NULL,
	`arm` text NOT NULL,
	`probability` real NOT NULL,
	`metrics` text NOT NULL,
	`mean_abs_advantage` real,
	PRIMARY KEY(`run_id`, `step`, `arm`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
DROP INDEX `curriculum_states_natural`;--> statement-breakpoint
ALTER TABLE `curriculum_states` ADD `round` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `curriculum_states_natural` ON `curriculum_states` (`run_id`,`step`,`moment`,`round`);--> statement-breakpoint
ALTER TABLE `credits` ADD `advantage_2` real;--> statement-breakpoint
ALTER TABLE `credits` ADD `weight_2` real;--> statement-breakpoint
ALTER TABLE `credits` ADD `minibatch` integer;--> statement-breakpoint
ALTER TABLE `groups` ADD `round` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `groups` ADD `scaffold` text;--> statement-breakpoint
ALTER TABLE `rollouts` ADD `hint_id` integer REFERENCES hints(id);--> statement-breakpoint
ALTER TABLE `rollouts` ADD `replaces` integer;--> statement-breakpoint
ALTER TABLE `rollouts` ADD `trained_under` text;--> statement-breakpoint
CREATE INDEX `rollouts_by_hint` ON `rollouts` (`hint_id`) WHERE "rollouts"."hint_id" IS NOT NULL;