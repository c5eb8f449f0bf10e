import { z } from "zod";

/**
 * Schemas of lists that come from outside. A plain array of zod notes a fault for each element, which takes a hundred times
 * the memory of a list that is wrong from end to end.
 */

/** A list of whole numbers from 0 on, such as token ids. One fault is enough. */
export const naturalNumbers = z.custom<number[]>(isNatural, { error: "must be a list of whole numbers from 0 on" });

/** A list of at most `most` items and at least `least`, each checked once their number is known to be that small. */
export function listUpTo<T extends z.ZodType>(most: number, item: T, least = 0) {
  return z.array(z.unknown()).min(least).max(most).pipe(z.array(item));
}

/** Whether a value is such a list. */
export function isNatural(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
}
