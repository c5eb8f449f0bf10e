import type { ProblemsLeftOut } from "../events.ts";

/** The problems that are left out and the reason, in a sentence. */
export function leftOutText({ ids, measured, maxModelLength, maxTokens, first }: ProblemsLeftOut): string {
  const count = (number: number): string => number.toLocaleString("en-US");
  const limit = `the policy's ${count(maxModelLength)} tokens with a completion of ${count(maxTokens)}`;
  if (ids.length === 0) return `all ${count(measured)} prompts fit into ${limit}`;
  const told = first.map(({ set, problem, tokens }) => `${JSON.stringify(problem)} (${set}, ${count(tokens)} tokens)`);
  const more = ids.length > first.length ? ` and ${count(ids.length - first.length)} more` : "";
  return `${count(ids.length)} of ${count(measured)} prompts do not fit into ${limit}: ${told.join(", ")}${more}`;
}
