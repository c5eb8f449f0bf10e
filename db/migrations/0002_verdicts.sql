CREATE TABLE `outcomes` (
	`rollout_id` integer PRIMARY KEY NOT NULL,
	`reward` real,
	`passed` integer,
	`extracted` text,
	FOREIGN KEY (`rollout_id`) REFERENCES `rollouts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "outcomes_passed_with_reward" CHECK(("outcomes"."reward" IS NULL) = ("outcomes"."passed" IS NULL))
);
--> statement-breakpoint
ALTER TABLE `verdicts` ADD `attempts` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `verdicts` ADD `kept` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `verdicts` ADD `key` blob;--> statement-breakpoint
CREATE INDEX `verdicts_by_key` ON `verdicts` (`key`) WHERE "verdicts"."status" = 'ok' AND NOT "verdicts"."kept";--> statement-breakpoint
-- Until now a rollout had one verdict, and its score was the reward.
INSERT INTO `outcomes` (`rollout_id`, `reward`, `passed`, `extracted`) SELECT `rollout_id`, `score`, `passed`, `extracted` FROM `verdicts`;
