import { RlvrError, type ErrorCode } from "../errors.ts";

/** An {@link RlvrError} as plain data: one that is thrown across threads or processes loses its code and its advice. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
  readonly retryable: boolean;
}

/** An error as plain data, without its cause. */
export function plainError({ code, message, advice, retryable }: RlvrError): PlainError {
  return { code, message, advice, retryable };
}

/** The error that plain data stands for. */
export function revivedError({ code, message, advice, retryable }: PlainError): RlvrError {
  return new RlvrError(code, message, { advice, retryable });
}
