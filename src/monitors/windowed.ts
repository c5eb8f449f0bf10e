import type { Finding, Monitor } from "./monitor.ts";

/** Columns of a window: the values of each metric, oldest first. */
export type Columns<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Memory of a windowed monitor: its first values and its last ones. */
export interface WindowState<Name extends string> {
  /** Steps seen that had all of the metrics. */
  readonly seen: number;
  readonly first: Columns<Name>;
  readonly last: Columns<Name>;
}

/**
 * A monitor that judges the last steps, where it needs to against the run's first ones. Steps that lack one of its metrics
 * do not count; it says nothing until both windows are full and apart.
 * @param rule.first steps of the run's beginning to compare with; 0 for none.
 * @param rule.last steps judged.
 */
export function windowed<Name extends string>(rule: {
  readonly name: string;
  readonly metrics: readonly Name[];
  readonly first: number;
  readonly last: number;
  judge(last: Columns<Name>, first: Columns<Name>): Finding | null;
}): Monitor<WindowState<Name>> {
  const columns = (values: (name: Name) => readonly number[]): Columns<Name> =>
    Object.fromEntries(rule.metrics.map((name) => [name, values(name)])) as Record<Name, readonly number[]>;
  return {
    name: rule.name,
    reads: rule.metrics,
    init: () => ({ seen: 0, first: columns(() => []), last: columns(() => []) }),
    observe(state, { numbers }) {
      if (!rule.metrics.every((name) => Number.isFinite(numbers[name]))) return { state, findings: undefined };
      const value = (name: Name): number => numbers[name] ?? Number.NaN;
      const next: WindowState<Name> = {
        seen: state.seen + 1,
        first: state.seen < rule.first ? columns((name) => [...state.first[name], value(name)]) : state.first,
        last: columns((name) => [...state.last[name], value(name)].slice(-rule.last)),
      };
      if (next.seen < rule.first + rule.last) return { state: next, findings: undefined };
      const finding = rule.judge(next.last, next.first);
      return { state: next, findings: finding === null ? [] : [finding] };
    },
  };
}
