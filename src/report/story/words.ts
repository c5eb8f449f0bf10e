const WHOLE = new Intl.NumberFormat("en");

/** A whole number as people read it: `24,968`. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** A number of things, with the noun in the form that it asks for: `1 step`, `120 steps`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A span of steps: `step 3`, `steps 1 to 12`. */
export function stepSpan(from: number, to: number): string {
  return from === to ? `step ${count(from)}` : `steps ${count(from)} to ${count(to)}`;
}

/** Phrases as one list: `a`, `a and b`, `a, b and c`. */
export function list(phrases: readonly string[]): string {
  return phrases.length < 2 ? phrases.join("") : `${phrases.slice(0, -1).join(", ")} and ${phrases.at(-1)}`;
}

/** Text as a string of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
