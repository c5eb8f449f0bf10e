const WHOLE = new Intl.NumberFormat("en-US");
const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** A whole number with separators of thousands. */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** A moment in the reader's own time, to the second. */
export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString("sv-SE");
}

/** How long ago a moment was, roughly. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  for (const [unit, size] of UNITS)
    if (seconds >= size) {
      const count = Math.floor(seconds / size);
      return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
    }
  return seconds < 1 ? "just now" : `${Math.floor(seconds)} s ago`;
}

/** How long something took: `35 s`, `12 min 5 s`, `3 h 20 min`. */
export function duration(exact: number): string {
  const seconds = Math.round(exact);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number with a sign that is as wide as a plus. */
export function signed(value: number | null, digits = 3): string {
  if (value === null) return "–";
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;
}

/** A number with fixed digits, or a dash. */
export function fixed(value: number | null, digits = 3): string {
  return value === null ? "–" : value.toFixed(digits);
}

/** A difference of shares in percentage points, with its sign: `+12.5`, `−3.0`. */
export function signedPoints(difference: number): string {
  return signed(Math.round(difference * 1000) / 10, 1);
}
