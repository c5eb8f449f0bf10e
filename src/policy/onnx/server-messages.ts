import type { ErrorCode } from "../../core/errors.ts";

/** What a forked policy server tells its parent over IPC. */
export type ServerMessage =
  | { readonly type: "ready"; readonly url: string; readonly policyVersion: number }
  | { readonly type: "failed"; readonly code: ErrorCode; readonly message: string; readonly advice: string };
