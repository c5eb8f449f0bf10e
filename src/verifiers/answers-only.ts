import { answerPartOf, type ThinkingSetting } from "../core/thinking.ts";
import type { Verifier, VerifierInput, VerifierResult } from "./define-verifier.ts";

/**
 * A verifier that is given what follows the thinking of each completion, in place of the whole. Thinking that is not
 * closed has no answer: the verifier sees an empty response, so that it can still tell a problem that it cannot judge,
 * and its result is turned into a failure, whose score is never above 0 but may be what it takes off.
 */
export function answersOnly(verifier: Verifier, setting: ThinkingSetting): Verifier {
  if (setting === "none") return verifier;
  const { name, version, options, verifyGroup } = verifier;
  const read = (input: VerifierInput) => {
    const answer = answerPartOf(input.response, setting);
    return { input: { ...input, response: answer ?? "" }, hasAnswer: answer !== null };
  };
  return {
    name,
    version,
    options,
    thinking: setting,
    async verify(given, checked) {
      const { input, hasAnswer } = read(given);
      const result = await verifier.verify(input, checked);
      return hasAnswer ? result : withoutAnswer(result);
    },
    checkProblem: (problem, checked) => verifier.checkProblem?.(problem, checked),
    ...(verifyGroup && {
      async verifyGroup(given, checked) {
        const group = given.map(read);
        const inputs = group.map(({ input }) => input);
        const results = await verifyGroup.call(verifier, inputs, checked);
        // What is no list, or one of another length, is the caller's to refuse.
        if (!Array.isArray(results)) return results;
        return results.map((result, index) => (group[index]?.hasAnswer === false ? withoutAnswer(result) : result));
      },
    }),
    prepare: async (checked) => verifier.prepare?.(checked),
    fingerprint: async (checked) => (await verifier.fingerprint?.(checked)) ?? "",
  };
}

/** A result as that of thinking without an answer. What a user wrote may return anything: what is no result stays so. */
function withoutAnswer(result: VerifierResult | null): VerifierResult | null {
  if (typeof result !== "object" || result === null || result instanceof Error) return result;
  const { score = 0 } = result;
  return { passed: false, score: score > 0 ? 0 : score, details: { thinking: "not closed" } };
}
