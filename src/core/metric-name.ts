/** What an evaluation measures of the completions of a problem. */
export interface Metric {
  readonly kind: "mean@" | "pass@" | "pass^" | "maj@";
  /** Completions that it looks at. */
  readonly k: number;
}

const NAME = /^(mean@|pass@|pass\^|maj@)([1-9]\d*)$/;

/** A metric by its name, such as `pass@4`; undefined for what is none. */
export function metricNamed(name: string): Metric | undefined {
  const [, kind, k] = NAME.exec(name) ?? [];
  return kind === undefined ? undefined : { kind: kind as Metric["kind"], k: Number(k) };
}
