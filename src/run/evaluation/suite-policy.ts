import { RlvrError } from "../../core/errors.ts";
import type { ServedWeights } from "../../policy/weight-sync.ts";
import { createPolicyService, type PolicyService } from "../services/policy-service.ts";
import type { OpenedVersion } from "../versions/open-version.ts";
import { serveVersions } from "../versions/serve-versions.ts";

/** What an evaluation is of. */
export type SuitePolicy =
  /** Weights over a policy in rlvr's ONNX layout. */
  | { readonly kind: "weights"; readonly model: string; readonly weights: ServedWeights }
  /** Whatever a server that somebody else runs has. */
  | { readonly kind: "server"; readonly url: string; readonly apiKey: string | undefined }
  /** A version of a run, served as the run serves it. */
  | { readonly kind: "run"; readonly version: OpenedVersion };

/** A policy that answers, until it is closed. */
export type OpenPolicy = Pick<PolicyService, "call" | "complete" | "close">;

/**
 * Serves a policy for an evaluation.
 * @throws RlvrError like {@link createPolicyService}, and `run_locked` when a run that works loads its weights into the
 * same servers.
 */
export async function openSuitePolicy(policy: SuitePolicy, signal: AbortSignal): Promise<OpenPolicy> {
  const onRestart = (): void => undefined;
  switch (policy.kind) {
    case "weights":
      return createPolicyService({
        modelDirectory: policy.model,
        urls: [],
        mode: "deterministic",
        weights: policy.weights,
        onRestart,
        signal,
      });
    case "server":
      return createPolicyService({
        modelDirectory: "",
        urls: [policy.url],
        apiKey: policy.apiKey,
        mode: "deterministic",
        weights: undefined,
        onRestart,
        signal,
      });
    case "run": {
      const { policies, close } = await serveVersions([policy.version], signal);
      return { ...(policies[0] as PolicyService), close };
    }
  }
}

/**
 * The policy that a suite names, to be evaluated with some weights.
 * @throws RlvrError `bad_usage` when it names none.
 */
export function namedPolicy(suite: { readonly name: string; readonly policy?: string | undefined }): string {
  if (suite.policy !== undefined) return suite.policy;
  throw new RlvrError("bad_usage", `the suite ${suite.name} names no policy to be evaluated`, {
    advice: "Say which: --run RUN or --policy URL; or give the suite a policy in rlvr's ONNX layout.",
  });
}
