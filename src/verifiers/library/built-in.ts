import type { Verifier } from "../define-verifier.ts";

/** The verifiers that come with rlvr, by name. Each is loaded when it is first asked for: some bring large libraries. */
export const BUILT_IN: ReadonlyMap<string, () => Promise<Verifier>> = new Map<string, () => Promise<Verifier>>([
  ["exact", async () => (await import("./exact.ts")).exact],
  ["math", async () => (await import("./math.ts")).math],
  ["numeric", async () => (await import("./numeric.ts")).numeric],
]);
