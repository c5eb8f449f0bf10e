import { isDeepStrictEqual } from "node:util";
import { takesEffect, whyFixed, type TakesEffect } from "./changeable-options.ts";

/** A change of one option: values as JSON, null where it is left out. */
export interface OptionChange {
  /** Such as `trainer.learning_rate` or `verifiers.0.deadline_ms`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** An option that changed and may, with when that counts. */
export interface AllowedChange extends OptionChange {
  readonly takesEffect: TakesEffect;
}

/** What differs between two recipes: changes of options that may change in a run, and faults that name the others. */
export function changesBetween(
  before: unknown,
  after: unknown,
): { readonly allowed: readonly AllowedChange[]; readonly faults: readonly string[] } {
  const changes = differences(before, after, (path) => takesEffect(path) !== undefined);
  const effectOf = ({ path }: OptionChange): TakesEffect | undefined => takesEffect(path.split("."));
  return {
    allowed: changes.flatMap((change) => {
      const effect = effectOf(change);
      return effect === undefined ? [] : [{ ...change, takesEffect: effect }];
    }),
    faults: changes
      .filter((change) => effectOf(change) === undefined)
      .map(({ path }) => `${path} cannot change in a run: ${whyFixed(path)}`),
  };
}

/**
 * Every option in which two recipes differ.
 * @param isWhole whether what stands at a path is compared as one option. Default: only what has no options of its own.
 */
export function differences(
  before: unknown,
  after: unknown,
  isWhole: (path: readonly string[]) => boolean = () => false,
): OptionChange[] {
  const compare = (was: unknown, is: unknown, path: readonly string[]): OptionChange[] => {
    if (isDeepStrictEqual(was, is)) return [];
    if (isWhole(path) || !isBranch(was) || !isBranch(is) || Array.isArray(was) !== Array.isArray(is))
      return [{ path: path.join("."), before: was ?? null, after: is ?? null }];
    const keys = new Set([...Object.keys(was), ...Object.keys(is)]);
    return [...keys].flatMap((key) => compare(was[key], is[key], [...path, key]));
  };
  return compare(asJson(before), asJson(after), []);
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** As it is stored: an option without a value is absent. */
function asJson(recipe: unknown): unknown {
  return JSON.parse(JSON.stringify(recipe));
}
