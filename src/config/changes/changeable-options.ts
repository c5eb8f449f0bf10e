/** When a change of an option begins to count. */
export type TakesEffect =
  /** With the step at hand: it changes how work is done, not what comes of it. */
  | "at once"
  /** With the first step that is not begun: a step ends under the options that it began with. */
  | "next step";

/** Options that `rlvr resume --set` may change, `*` standing for any place of a list. All others stay what they were. */
export const CHANGEABLE_OPTIONS: ReadonlyMap<string, TakesEffect> = new Map([
  ["steps", "next step"],
  ["token_budget", "next step"],
  ["trainer.learning_rate", "next step"],
  ["trainer.schedule", "next step"],
  ["trainer.warmup_steps", "next step"],
  ["trainer.weight_decay", "next step"],
  ["trainer.max_gradient_norm", "next step"],
  ["evaluation.every", "at once"],
  ["evaluation.samples", "at once"],
  ["evaluation.test_samples", "at once"],
  ["evaluation.temperature", "at once"],
  ["evaluation.stop", "at once"],
  ["checkpoints.keep_last", "at once"],
  ["checkpoints.keep_every", "at once"],
  ["checkpoints.keep_best", "at once"],
  ["sampling.concurrency", "at once"],
  ["sampling.max_failed", "at once"],
  ["teacher.concurrency", "at once"],
  ["teacher.tokens_in_flight", "at once"],
  ["policy.url", "at once"],
  ["policy.api_key_env", "at once"],
  ["teacher.url", "at once"],
  ["teacher.api_key_env", "at once"],
  ["verifiers_missing_limit", "at once"],
  ["verifiers.*.env", "at once"],
  ["verifiers.*.deadline_ms", "at once"],
  ["verifiers.*.memory_mb", "at once"],
  ["problems.sources.*.verifiers.*.env", "at once"],
  ["problems.sources.*.verifiers.*.deadline_ms", "at once"],
  ["problems.sources.*.verifiers.*.memory_mb", "at once"],
  ["problems.sources.*.generate.deadline_ms", "at once"],
  ["problems.sources.*.generate.memory_mb", "at once"],
]);

/** Why the others may not change, by the beginning of their path; the first that fits. */
const REASONS: readonly (readonly [beginning: string, reason: string])[] = [
  ["name", "runs are found and exported under it"],
  ["seed", "all randomness of the run comes from it"],
  ["problems.sources.*.verifiers", "rewards before and after would not mean the same"],
  ["problems.sources.*.weight", "steps before and after would not be comparable"],
  ["problems", "the problems and their prompt are stored with the run"],
  ["policy.mode", "a run does not change what it promises about its checkpoints"],
  ["policy.sync", "weights already went another way into the servers"],
  ["policy", "the weights trained so far belong to it"],
  ["teacher", "rollouts are already scored with it"],
  ["sampling", "steps before and after would not be comparable, nor batches be made again from their rows"],
  ["pipeline", "rollouts before and after would not be equally old"],
  ["verifiers", "rewards before and after would not mean the same"],
  ["objective", "credit before and after would not mean the same"],
  ["scaffold", "hints before and after would not be given by the same rule"],
  ["curriculum", "its state was learned under the other options"],
  ["trainer", "the optimizer's state and the batches so far were made with it"],
  ["evaluation.limit", "accuracies on other problems are not comparable"],
];

/** When a change of an option takes effect; undefined where it may not change. */
export function takesEffect(path: readonly string[]): TakesEffect | undefined {
  return CHANGEABLE_OPTIONS.get(anyPlace(path));
}

/** Why an option may not change in a run. */
export function whyFixed(path: string): string {
  const option = anyPlace(path.split("."));
  return (
    REASONS.find(([beginning]) => option === beginning || option.startsWith(`${beginning}.`))?.[1] ?? "it is fixed"
  );
}

/** A path with `*` for each place of a list. */
function anyPlace(path: readonly string[]): string {
  return path.map((part) => (/^\d+$/.test(part) ? "*" : part)).join(".");
}
