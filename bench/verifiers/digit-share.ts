import { z } from "zod";
import { defineVerifier } from "../../src/verifiers/define-verifier.ts";

/**
 * Scores the share of digits in a response. Rewards of a group nearly always differ, also those of a random model, so
 * that no group is dropped and every step trains all of its sequences. bench/trl_step.py rewards the same.
 */
const digitShare = defineVerifier({
  name: "digit-share",
  version: "1",
  options: z.strictObject({}),
  verify({ response }) {
    const digits = response.match(/\d/g)?.length ?? 0;
    const score = digits / Math.max(1, response.length);
    return { passed: score >= 0.5, score };
  },
});

// A verifier module hands itself over as its default export.
// oxlint-disable-next-line import/no-default-export
export default digitShare;
