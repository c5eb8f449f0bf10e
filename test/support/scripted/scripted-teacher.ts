import type { RunPorts } from "../../../src/run/run-ports.ts";

/**
 * A teacher in this process with the tokenizer of the scripted policy, to whom every token has the log-probability
 * log(1/4).
 * @param scored takes every sequence that it is asked to score.
 */
export function scriptedTeacher(scored: (readonly number[])[]): RunPorts["openTeacher"] {
  return ({ url }) =>
    Promise.resolve({
      url,
      score({ promptIds, completionIds }) {
        scored.push([...promptIds, ...completionIds]);
        return Promise.resolve(completionIds.map(() => Math.log(0.25)));
      },
      tokenize: (text) => Promise.resolve(Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))),
      close: () => Promise.resolve(),
    });
}
