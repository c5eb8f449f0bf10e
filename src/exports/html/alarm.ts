import type { EventRow } from "../../tracking/events.ts";

/** An alarm as its event tells it. */
export interface Alarm {
  readonly name: string;
  readonly message: string;
  /** Metric that it is about. */
  readonly metric: string;
}

/** The alarm of an event. What an event of another version lacks is empty. */
export function alarmOf({ data }: EventRow): Alarm {
  const { alarm, message, metric } = data as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return { name: text(alarm), message: text(message), metric: text(metric) };
}
