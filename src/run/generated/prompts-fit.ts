import type { Recipe } from "../../config/recipe-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import type { PolicyService } from "../services/policy-service.ts";
import { longPrompts } from "../start/prompt-lengths.ts";
import { ofSource, type SourceTemplates } from "../run-sources.ts";
import type { ProblemsFit } from "./draw-problems.ts";

/**
 * Says of problems as they are drawn which leave a completion room in the policy's context, as is looked at before a run of
 * problems that are there by then.
 * @returns a function that rejects with RlvrError `bad_problems` where the recipe refuses problems that are too long.
 */
export function promptsFit(
  policy: Pick<PolicyService, "call" | "maxModelLength">,
  { problems: { too_long: tooLong }, sampling }: Recipe,
  templates: SourceTemplates,
  signal: AbortSignal,
): ProblemsFit {
  return async (source, problems) => {
    const { render, chatTemplateKwargs } = ofSource(templates, source);
    const prompts = problems.map(({ problem }) => ({ messages: render(problem), chatTemplateKwargs }));
    const long = await longPrompts(policy, prompts, sampling.max_tokens, signal);
    const [first] = long;
    if (first !== undefined && tooLong === "refuse") {
      const { id = "" } = problems[first.place]?.problem ?? {};
      throw new RlvrError(
        "bad_problems",
        `the prompt of the generated problem ${id} has ${first.tokens} tokens; with ${sampling.max_tokens} of a completion ` +
          `(sampling.max_tokens) it does not fit into the policy's context of ${policy.maxModelLength}`,
        {
          advice:
            "Have the generator make shorter problems, or give the server a longer context (vLLM: --max-model-len), then go on " +
            "with: rlvr resume. In a run of its own, problems.too_long: drop passes over them.",
        },
      );
    }
    const places = new Set(long.map(({ place }) => place));
    return problems.map((_, place) => !places.has(place));
  };
}
