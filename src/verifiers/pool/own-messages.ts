import workerpool from "workerpool";
import type { WorkerEvent } from "./worker-protocol.ts";

/**
 * From now on only what this package sends leaves a worker for the orchestrator. A module may call `process.send` for
 * reasons of its own, such as to tell a process manager that it is ready; the orchestrator would read that, however
 * large, and workerpool takes it for an answer.
 * @returns sends an event.
 */
export function keepMessagesOwn(): (event: WorkerEvent) => void {
  const send = process.send?.bind(process);
  const events = new WeakSet();
  const isOwn = (message: unknown): boolean => {
    if (message === "ready") return true;
    if (typeof message !== "object" || message === null || !("id" in message)) return false;
    const { isEvent, payload, result } = message as Partial<Record<"isEvent" | "payload" | "result", unknown>>;
    // Workerpool's own answers have no result: the verdicts went as events.
    return isEvent === true ? typeof payload === "object" && payload !== null && events.has(payload) : result == null;
  };
  process.send = (message: unknown) => (isOwn(message) ? (send?.(message) ?? false) : true);
  return (event) => {
    events.add(event);
    workerpool.workerEmit(event);
  };
}
