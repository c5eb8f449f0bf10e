import type { Verifier } from "../define-verifier.ts";

/** The verifiers that come with rlvr, by name. Each is loaded when it is first asked for: some bring large libraries. */
export const BUILT_IN: ReadonlyMap<string, () => Promise<Verifier>> = new Map<string, () => Promise<Verifier>>([
  ["exact", async () => (await import("./exact.ts")).exact],
  ["f1", async () => (await import("./f1.ts")).f1],
  ["format", async () => (await import("./format.ts")).format],
  ["gsm8k", async () => (await import("./gsm8k.ts")).gsm8k],
  ["instructions", async () => (await import("./instructions.ts")).instructions],
  ["math", async () => (await import("./math.ts")).math],
  ["json-schema", async () => (await import("./json-schema.ts")).jsonSchema],
  ["multiple-choice", async () => (await import("./multiple-choice.ts")).multipleChoice],
  ["numeric", async () => (await import("./numeric.ts")).numeric],
  ["regex", async () => (await import("./regex.ts")).regex],
]);
