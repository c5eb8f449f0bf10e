CREATE TABLE `rollout_spans` (
	`group_id` integer NOT NULL,
	`number` integer NOT NULL,
	`place` integer NOT NULL,
	`policy_version` integer NOT NULL,
	`tokens` integer NOT NULL,
	`finish_reason` text,
	`token_ids` blob,
	`logprobs` blob,
	`text` text,
	PRIMARY KEY(`group_id`, `number`, `place`),
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `groups` ADD `ordinal` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `groups` SET `ordinal` = `slot` + (
  SELECT (s.number - 1) * (coalesce(json_extract(r.recipe, '$.sampling.groups'), 0) + coalesce(json_extract(r.recipe, '$.sampling.refill'), 0))
  FROM steps s JOIN runs r ON r.id = s.run_id WHERE s.id = `groups`.`step_id`
);
