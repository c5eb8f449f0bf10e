import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { defineVerifier, type GroupResult, type Verifier, type VerifierInput } from "../define-verifier.ts";
import { bridgeFingerprint, bridgeNeeds, judgeInPython, prepareBridge, type BridgeLaunch } from "./bridge.ts";
import { BridgeError } from "./bridge-error.ts";
import { bridgeOptions } from "./bridge-options.ts";
import { onlyResult } from "./only-result.ts";

/** Options of a reward function in Python. */
export const pythonOptions = bridgeOptions.extend({
  messages: z
    .boolean()
    .default(false)
    .describe(
      'Prompts and completions as lists of messages, `{"role": ..., "content": ...}`, rather than plain text; a prompt is ' +
        "the problem's own messages where it has some.",
    ),
});

type PythonOptions = z.output<typeof pythonOptions>;

/**
 * The verifier by a reward function in Python, called as TRL's GRPOTrainer calls it, once a group:
 *
 *     def function(prompts, completions, **columns) -> list[float | None]
 *
 * `columns` holds a list for every field of the problem (`problem`, `answer`, `arm` and whatever else it has) and
 * `truncated`; a function without `**columns` gets those that it names. Each list is as long as the group, which is one
 * response when the group is judged again after an exception. `prompts` are the problems' texts, and `completions` have their
 * thinking, as in TRL, unless the option `thinking` says otherwise. What only a trainer has, such as `completion_ids`, does
 * not reach it. None has nothing to say of a response, a score that is not finite is that
 * response's error, a list of another length the group's.
 *
 * A function with verl's parameter `solution_str` is called as verl calls it, once a response:
 *
 *     def compute_score(data_source, solution_str, ground_truth, extra_info) -> float | dict
 *
 * `data_source` is the problem's field or else its arm, `ground_truth` its `reward_model.ground_truth` or else the answer,
 * `extra_info` the problem's field or else all further fields. Of a dict, `score` counts, and the rest are details.
 *
 * Either may be async, and is checked at start: a field that it asks for and that problems lack ends the start.
 *
 * The file runs once in a process of its own, with its folder as the working directory and first on the path, so that
 * its neighbours can be imported. What it prints is dropped, but for the last words of a process that dies.
 * @param path absolute path of the file.
 * @param name of the function in it.
 */
export function pythonVerifier(path: string, name: string): Verifier<PythonOptions> {
  const folder = dirname(path);
  const launchOf = ({ interpreter, python_memory_mb: memoryMb }: PythonOptions): BridgeLaunch => ({
    target: { kind: "function", path, name },
    interpreter: interpreter.includes("/") ? resolve(folder, interpreter) : interpreter,
    memoryMb,
    folder,
  });
  async function verifyGroup(inputs: readonly VerifierInput[], options: PythonOptions) {
    const results = await judgeInPython(launchOf(options), columnsOf(inputs, options.messages), inputs);
    return results.map((result): GroupResult => {
      if (result === null) return null;
      if ("error" in result) return new BridgeError(result.error);
      const { score, details } = result;
      return { passed: score >= options.pass_at, score, details };
    });
  }
  return defineVerifier({
    name: `python:${basename(path)}:${name}`,
    version: "2",
    options: pythonOptions,
    // It is written for trainers that hand over completions as they are, such as to check their tags.
    thinking: "none",
    prepare: (options) => prepareBridge(launchOf(options)),
    needs: (options) => bridgeNeeds(launchOf(options)),
    fingerprint: (options) => bridgeFingerprint(launchOf(options)),
    verify: async (input, options) => onlyResult(await verifyGroup([input], options)),
    verifyGroup,
  });
}

/** The arguments of the function by keyword; null where a problem lacks a field that another one has. */
function columnsOf(inputs: readonly VerifierInput[], messages: boolean): Record<string, unknown[]> {
  const text = (role: string, content: string): unknown => (messages ? [{ role, content }] : content);
  const fields = new Set(inputs.flatMap(({ problem }) => Object.keys(problem)));
  const columns = [...fields].map((field) => [field, inputs.map(({ problem }) => problem[field] ?? null)] as const);
  return {
    ...Object.fromEntries(columns),
    answer: inputs.map(({ answer }) => answer),
    truncated: inputs.map(({ truncated }) => truncated),
    prompts: inputs.map(({ problem }) => (messages && problem["messages"]) || text("user", problem.problem ?? "")),
    completions: inputs.map(({ response }) => text("assistant", response)),
  };
}
