import { z } from "zod";
import { defineVerifier, type GroupResult, type Verifier, type VerifierInput } from "../define-verifier.ts";
import { lastAnswerTag } from "./answer-tag.ts";
import { bridgeFingerprint, bridgeNeeds, judgeInPython, prepareBridge, type BridgeLaunch } from "./bridge.ts";
import { BridgeError } from "./bridge-error.ts";
import { bridgeOptions } from "./bridge-options.ts";
import { onlyResult } from "./only-result.ts";

/** Options of the scorers of reasoning-gym. */
export const reasoningGymOptions = bridgeOptions.extend({
  interpreter: bridgeOptions.shape.interpreter
    .refine((path) => !path.includes("/") || path.startsWith("/"), "a name found on PATH or an absolute path")
    .describe("Python 3.10 or newer with the package reasoning-gym: a name found on PATH, or an absolute path."),
  read: z
    .enum(["answer_tag", "whole"])
    .default("answer_tag")
    .describe("What the response's answer is: what stands in its last `<answer>` tag, or the whole response."),
  score: z
    .enum(["passed", "partial"])
    .default("passed")
    .describe(
      "1 when it passes and else 0, or what the dataset gives, such as .05 for a wrong answer of the right form.",
    ),
});

type ReasoningGymOptions = z.output<typeof reasoningGymOptions>;

/**
 * The verifier by the scorer of a dataset of the PyPI package reasoning-gym, with the dataset's default settings. Its
 * problems have the dataset's `metadata` beside `problem` and `answer`; python/rlvr_bridge/problem_set.py makes some:
 *
 *     python problem_set.py leg_counting --size 500 --seed 42 > leg_counting.jsonl
 *
 * An answer at which the scorer fails, where it does not fail at the reference answer, scores 0. Some scorers evaluate
 * the answer as an expression, by SymPy, which runs as Python: python/rlvr_bridge/guards.py keeps that process from
 * writing files, starting processes and using the network, and it does not see the environment's secrets.
 * @param dataset its name, such as `leg_counting`.
 */
export function reasoningGymVerifier(dataset: string): Verifier<ReasoningGymOptions> {
  const launchOf = ({ interpreter, python_memory_mb: memoryMb }: ReasoningGymOptions): BridgeLaunch => ({
    target: { kind: "reasoning-gym", name: dataset },
    interpreter,
    memoryMb,
  });
  async function verifyGroup(inputs: readonly VerifierInput[], options: ReasoningGymOptions) {
    const answers = inputs.map(({ response }) => readAnswer(response, options.read));
    const entries = inputs.map((input) => entryOf(input, dataset));
    const results = await judgeInPython(launchOf(options), { answers, entries }, inputs);
    return results.map((result, index): GroupResult => {
      if (result === null) return null;
      if ("error" in result) return new BridgeError(result.error);
      const { score: partial, unreadable } = result;
      const passed = partial >= options.pass_at;
      const score = options.score === "partial" ? partial : Number(passed);
      const details = { partial, ...(unreadable !== undefined && { unreadable }) };
      return { passed, score, extracted: answers[index] ?? null, details };
    });
  }
  return defineVerifier({
    name: `reasoning-gym:${dataset}`,
    version: "2",
    options: reasoningGymOptions,
    prepare: (options) => prepareBridge(launchOf(options)),
    needs: (options) => bridgeNeeds(launchOf(options)),
    fingerprint: (options) => bridgeFingerprint(launchOf(options)),
    verify: async (input, options) => onlyResult(await verifyGroup([input], options)),
    verifyGroup,
  });
}

function readAnswer(response: string, read: ReasoningGymOptions["read"]): string | null {
  return (read === "whole" ? response : lastAnswerTag(response))?.trim() ?? null;
}

/** The dataset's entry that a problem was made of. */
function entryOf({ problem, answer }: VerifierInput, dataset: string): object {
  const { problem: question = "", metadata } = problem;
  if (typeof metadata !== "object" || metadata === null) {
    throw new Error(
      "the problem has no metadata of reasoning-gym: make its set with python/rlvr_bridge/problem_set.py",
    );
  }
  const source = "source_dataset" in metadata ? metadata.source_dataset : dataset;
  if (source !== dataset) throw new Error(`the problem is of the dataset ${String(source)}, not ${dataset}`);
  return { question, answer, metadata };
}
