ALTER TABLE `steps` ADD `chosen_after` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `steps` SET `chosen_after` = `number` - 1;--> statement-breakpoint
-- Evaluations go on beside the steps where `pipeline.depth` says so.
UPDATE `runs` SET `recipe` = json_remove(`recipe`, '$.evaluation.overlap');
