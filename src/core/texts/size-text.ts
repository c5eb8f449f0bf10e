const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** A number of bytes as people read it: `12 B`, `3.4 kB`, `1.2 GB`. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, "B"];
  for (const next of UNITS) {
    // What would read 1000.0 is one of the next unit.
    if (value < 999.95) break;
    [value, unit] = [value / 1000, next];
  }
  return unit === "B" ? `${bytes} B` : `${value.toFixed(1)} ${unit}`;
}
