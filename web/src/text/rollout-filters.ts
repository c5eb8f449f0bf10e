/** The filters of rollouts: parameters of the page's address, and of the server's route. An empty one filters nothing. */
export const ROLLOUT_FILTERS = [
  "arm",
  "passed",
  "verifier",
  "status",
  "hint",
  "drop",
  "step_from",
  "step_to",
  "problem",
  "text",
] as const;
export type RolloutFilters = Readonly<Record<(typeof ROLLOUT_FILTERS)[number], string>>;

/** The filters that an address has. */
export function readFilters(search: URLSearchParams): RolloutFilters {
  return Object.fromEntries(ROLLOUT_FILTERS.map((name) => [name, search.get(name) ?? ""])) as RolloutFilters;
}

/** The filters as the server takes them: those that are set. */
export function setFilters(filters: RolloutFilters): Partial<RolloutFilters> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
}

/** The rollouts of a run that filters let through, newest first, as SQL on the views. */
export function rolloutsSql(run: number, filters: RolloutFilters): string {
  const { arm, passed, verifier, status, hint, drop, problem, text } = filters;
  const conditions = [
    `run_id = ${run}`,
    arm !== "" && `arm = ${quoted(arm)}`,
    passed === "none" ? "passed IS NULL" : passed !== "" && `passed = ${passed === "true" ? 1 : 0}`,
    hint === "any" && "hint_tier IS NOT NULL",
    hint === "none" && "hint_tier IS NULL",
    hint !== "" && hint !== "any" && hint !== "none" && `hint_tier = ${quoted(hint)}`,
    drop === "trained" && "batch_id IS NOT NULL",
    drop === "any" && "drop_reason IS NOT NULL",
    drop !== "" && drop !== "trained" && drop !== "any" && `drop_reason = ${quoted(drop)}`,
    isNumber(filters.step_from) && `step >= ${Number(filters.step_from)}`,
    isNumber(filters.step_to) && `step <= ${Number(filters.step_to)}`,
    problem !== "" && `problem_key = ${quoted(problem)}`,
    text !== "" && `response LIKE ${quoted(likePattern(text))} ESCAPE '\\'`,
    (verifier !== "" || status !== "") && verdictCondition(verifier, status),
  ].filter((condition) => condition !== false);
  return `SELECT rollout_id, step, arm, problem, response, passed, reward, advantage, hint_tier, drop_reason
FROM v_rollouts
WHERE ${conditions.join("\n  AND ")}
ORDER BY step DESC, slot DESC, rollout DESC
LIMIT 50`;
}

function verdictCondition(verifier: string, status: string): string {
  const parts = [verifier !== "" && `verifier = ${quoted(verifier)}`, status !== "" && `status = ${quoted(status)}`];
  return `rollout_id IN (SELECT rollout_id FROM verdicts WHERE ${parts.filter((part) => part !== false).join(" AND ")})`;
}

/** Anything around a text, whose own wildcards are escaped: as the server searches. */
function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

function isNumber(text: string): boolean {
  return text !== "" && Number.isFinite(Number(text));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
