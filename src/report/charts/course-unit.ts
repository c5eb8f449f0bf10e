import { shortNumber } from "./short-number.ts";

/** What runs are compared along: steps, tokens sampled, or seconds of work. */
export const COURSE_UNITS = ["steps", "tokens", "seconds"] as const;
export type CourseUnit = (typeof COURSE_UNITS)[number];

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A place on such an axis in few characters: `40`, `1.2M`, `5 min`. */
export function courseLabel(value: number, unit: CourseUnit): string {
  if (unit === "steps") return WHOLE.format(value);
  if (unit === "tokens") return shortNumber(value);
  if (value < 120) return `${shortNumber(value)} s`;
  if (value < 7200) return `${shortNumber(value / 60)} min`;
  return `${shortNumber(value / 3600)} h`;
}
