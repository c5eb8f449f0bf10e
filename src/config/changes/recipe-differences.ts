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

/** What differs between two recipes: changes of options that may change, and faults that name the others. */
export function changesBetween(
  before: unknown,
  after: unknown,
): { readonly allowed: readonly AllowedChange[]; readonly faults: readonly string[] } {
  const allowed: AllowedChange[] = [];
  const faults: string[] = [];
  const compare = (was: unknown, is: unknown, path: readonly string[]): void => {
    if (isDeepStrictEqual(was, is)) return;
    const effect = takesEffect(path);
    const name = path.join(".");
    if (effect !== undefined) allowed.push({ path: name, before: was ?? null, after: is ?? null, takesEffect: effect });
    else if (isBranch(was) && isBranch(is) && Array.isArray(was) === Array.isArray(is))
      for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) compare(was[key], is[key], [...path, key]);
    else faults.push(`${name} cannot change in a run: ${whyFixed(name)}`);
  };
  compare(asJson(before), asJson(after), []);
  return { allowed, faults };
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** As it is stored: an option without a value is absent. */
function asJson(recipe: unknown): unknown {
  return JSON.parse(JSON.stringify(recipe));
}
