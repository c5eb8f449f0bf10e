import { isDeepStrictEqual } from "node:util";
import { RlvrError } from "../../core/errors.ts";
import type { PromptTemplate } from "../../problems/template/prompt-template.ts";
import type { ConfiguredScaffold } from "../../scaffolds/registry.ts";
import type { Tier } from "../../scaffolds/scaffold.ts";
import type { GivenSource } from "./check-sources.ts";

/**
 * Refuses a scaffold that would do nothing: for want of hints, or because a source's prompt does not show those of its
 * problems.
 * @throws RlvrError `bad_problems` or `bad_recipe`.
 */
export function checkHints(
  sources: readonly GivenSource[],
  { name, tiers }: Pick<ConfiguredScaffold, "name" | "tiers">,
): void {
  const uses = sources.map((source) => ({ ...source, use: hintUse(source, tiers) }));
  const blind = uses.find(({ use }) => use === "hidden");
  if (blind !== undefined) throw notShown(blind.template);
  if (uses.some(({ use }) => use === "shown")) return;
  throw new RlvrError(
    "bad_problems",
    `no problem of ${sources.map(({ practice }) => practice.path).join(", ")} has hints, and the scaffold ${name} gives some`,
    {
      advice:
        `Write hints (${tiers.join(", ")}) into the problems, have a teacher write them with: rlvr problems hint, or ` +
        "set scaffold.name to none.",
    },
  );
}

/** Whether a source's prompt shows a hint of any of its problems. */
function hintUse({ practice, template }: GivenSource, tiers: readonly Tier[]): "none" | "hidden" | "shown" {
  let use: "none" | "hidden" = "none";
  for (const problem of practice.problems)
    for (const tier of tiers) {
      const parts = problem.hints?.[tier];
      if (parts === undefined) continue;
      if (!isDeepStrictEqual(template.render(problem, { tier, level: parts.length, parts }), template.render(problem)))
        return "shown";
      use = "hidden";
    }
  return use;
}

function notShown(template: PromptTemplate): RlvrError {
  const last = template.parts.at(-1)?.template.path;
  const [what, advice] =
    last === undefined
      ? ["the problems' own messages do", "Write the last of them by a template (problems.prompt.user): let it"]
      : [`the prompt template ${last} does`, "Let it"];
  return new RlvrError("bad_recipe", `${what} not show hints, and the scaffold gives some`, {
    advice: `${advice} use \`hint\` ({tier, level, parts}) where there is one, or set scaffold.name to none.`,
  });
}
