import { z } from "zod";

/**
 * A schema of plain objects that hold one value an arm. Arms have any names that problem sets give them, and
 * `z.record` would lose the one called `__proto__`; this keeps them all.
 * @param value schema of the values; it must check only, since what it transforms or fills in is not taken over.
 */
export function byArm<T>(value: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return z.custom<Record<string, T>>(
    (raw) =>
      typeof raw === "object" &&
      raw !== null &&
      !Array.isArray(raw) &&
      Object.values(raw).every((one) => value.safeParse(one).success),
    "expected an object with one value of its kind an arm",
  );
}
