CREATE TABLE `token_stats` (
	`rollout_id` integer PRIMARY KEY NOT NULL,
	`log_ratios` blob NOT NULL,
	`entropies` blob NOT NULL,
	FOREIGN KEY (`rollout_id`) REFERENCES `rollouts`(`id`) ON UPDATE no action ON DELETE no action
);
