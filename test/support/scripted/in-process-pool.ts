import { openVerifier, type OpenVerifier } from "../../../src/verifiers/open-verifier.ts";
import { judgeResponse } from "../../../src/verifiers/pool/judge-response.ts";
import type { VerifierPool } from "../../../src/verifiers/pool/pool.ts";
import type { Verdict } from "../../../src/verifiers/verdict.ts";

/** Calls verifiers in this process, one response at a time: for verifiers that are trusted to return. */
export function inProcessPool(): VerifierPool {
  const opened = new Map<string, Promise<OpenVerifier>>();
  const open = (verifier: string, options: unknown): Promise<OpenVerifier> => {
    const key = JSON.stringify([verifier, options]);
    const known = opened.get(key) ?? openVerifier(verifier, options);
    opened.set(key, known);
    return known;
  };
  return {
    describe: async ({ verifier, options }) => (await open(verifier, options)).ready(),
    async verifyGroup({ verifier, options = {}, items, deadlineMs }) {
      const { verifier: module, options: checked } = await open(verifier, options);
      const verdicts: Verdict[] = [];
      for (const item of items) {
        const judgement = await judgeResponse(module, checked, item, deadlineMs);
        verdicts.push({ ...judgement, queueMs: 0, attempts: 1 });
      }
      return verdicts;
    },
    close: () => Promise.resolve(),
  };
}
