import type { ReactElement, ReactNode } from "react";
import { ApiFault } from "../data/api-fault.ts";
import { VisibleText } from "./visible-text.tsx";

/** A fault with what to do about it. */
export function FaultBox({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactElement {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className="fault" role="alert">
      <p className="fault-message">
        <VisibleText text={message} />
      </p>
      {error instanceof ApiFault && (
        <p>
          <VisibleText text={error.advice} />
        </p>
      )}
      {onRetry !== undefined && (
        <button type="button" className="small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Said where there is nothing to show yet, and why. */
export function Empty({ children }: { readonly children: ReactNode }): ReactElement {
  return <p className="empty">{children}</p>;
}

/** What a query is shown by: its data, its fault, or that it is on its way. */
export function Answer<Data>({
  query,
  children,
}: {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
    readonly isPlaceholderData?: boolean;
  };
  readonly children: (data: Data) => ReactNode;
}): ReactElement {
  const { data, error } = query;
  if (data === undefined && error !== null && error !== undefined)
    return <FaultBox error={error} onRetry={() => void query.refetch()} />;
  if (data === undefined)
    return (
      <p className="empty" role="status">
        Loading…
      </p>
    );
  return (
    <>
      {error !== null && error !== undefined && <FaultBox error={error} onRetry={() => void query.refetch()} />}
      {children(data)}
    </>
  );
}

const RUN_STATES: Readonly<Record<string, string>> = {
  running: "running",
  succeeded: "good",
  failed: "bad",
  interrupted: "warn",
  stopped: "warn",
  idle: "running",
  lost: "bad",
  cancelled: "warn",
};

/** A state in a word with a colour. */
export function StateChip({ state }: { readonly state: string }): ReactElement {
  return <span className={`chip ${RUN_STATES[state] ?? "neutral"}`}>{state}</span>;
}

/** Whether a rollout passed, as a sign and a word. */
export function Passed({ passed }: { readonly passed: boolean | null }): ReactElement {
  if (passed === null) return <span className="verdict muted">– not judged</span>;
  return passed ? <span className="verdict good">✓ passed</span> : <span className="verdict bad">✗ failed</span>;
}
