import type { z } from "zod";
import { checkOptions } from "../core/check-options.ts";
import { entryNamed } from "../core/entry-named.ts";
import { ghpo } from "./ghpo.ts";
import { none } from "./none.ts";
import { scafGrpo } from "./scaf-grpo.ts";
import type { Scaffold, ScaffoldDecision, ScaffoldGroup, Tier } from "./scaffold.ts";

/** A scaffold with its options settled. */
export interface ConfiguredScaffold {
  readonly name: string;
  /** What to do next with a group. */
  decide(group: ScaffoldGroup): ScaffoldDecision;
  /** Kinds of hints that it gives. */
  readonly tiers: readonly Tier[];
  /** Whether it asks for earlier visits to the problem. */
  readonly looksBack: boolean;
  /** Whether it may train a rollout under another prompt than it was sampled under. */
  readonly changesPrompts: boolean;
}

function configure<Options>(scaffold: Scaffold<Options>, raw: unknown): ConfiguredScaffold {
  const options = checkOptions(scaffold.options, raw, `scaffold "${scaffold.name}"`);
  return {
    name: scaffold.name,
    decide: (group) => scaffold.decide(group, options),
    tiers: scaffold.tiers(options),
    looksBack: scaffold.looksBack(options),
    changesPrompts: scaffold.changesPrompts(options),
  };
}

interface Entry {
  readonly name: string;
  readonly options: z.ZodType;
  /** Closed over the scaffold's own types. */
  readonly configure: (raw: unknown) => ConfiguredScaffold;
}

function entry<Options>(scaffold: Scaffold<Options>): Entry {
  return { name: scaffold.name, options: scaffold.options, configure: (raw) => configure(scaffold, raw) };
}

/** All scaffolds with the schemas of their options, in the order of the documentation. */
export const SCAFFOLDS: readonly Entry[] = [entry(none), entry(scafGrpo), entry(ghpo)];

/**
 * The scaffold of a name with a recipe's options.
 * @param options as the recipe gives them; missing ones get their defaults.
 * @throws RlvrError `unknown_name` with the nearest name, `bad_recipe` when the options are wrong.
 */
export function configureScaffold(name: string, options: unknown = {}): ConfiguredScaffold {
  return entryNamed("scaffold", name, SCAFFOLDS).configure(options);
}
