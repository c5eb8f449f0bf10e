import type { PlainError } from "../../../core/texts/plain-error.ts";

/** What a forked policy server tells its parent over IPC. */
export type ServerMessage =
  | { readonly type: "ready"; readonly url: string; readonly policyVersion: number }
  | { readonly type: "failed"; readonly error: PlainError };
