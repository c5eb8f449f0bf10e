const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes as people read it, in powers of 1,000: `640 B`, `1.2 kB`, `38 MB`. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
