import type { ProblemRow } from "../tracking/problem-sets.ts";
import { createVerifierPool } from "../verifiers/pool/pool.ts";
import type { Verdict } from "../verifiers/verdict.ts";
import type { ConfiguredVerifier } from "./modules.ts";

/** Judges responses with a run's verifier, in worker processes. */
export interface Judge {
  /** Name and version of the verifier. */
  readonly name: string;
  readonly version: string;
  /** Verdicts of responses to one problem, in their order. */
  group(problem: ProblemRow, responses: readonly string[], signal: AbortSignal): Promise<Verdict[]>;
  close(): Promise<void>;
}

/** A judge with its own worker processes. */
export function createJudge({ name, version, options, deadlineMs }: ConfiguredVerifier): Judge {
  const pool = createVerifierPool();
  return {
    name,
    version,
    group: (row, responses, signal) => {
      const { problem, answer, arm, extra } = row;
      const record = { ...(extra as Record<string, unknown>), problem, answer, arm };
      const items = responses.map((response) => ({ problem: record, response, answer }));
      return pool.verifyGroup({ verifier: name, options, items, deadlineMs }, signal);
    },
    close: () => pool.close(),
  };
}
