import type { Overrides, StudyDesign } from "./study-design.ts";

/** One run of a study. */
export interface StudyJob {
  /** Name of the run: `study/variant/base/seed`. */
  readonly name: string;
  /** What is set over the recipe, in order: a later entry wins. */
  readonly overrides: readonly { readonly path: readonly string[]; readonly value: unknown }[];
}

/** The name of the run of a variant on a base with a seed, by which it is found in the database. */
export function jobName(study: string, variant: string, base: string, seed: number): string {
  return `${study}/${variant}/${base}/${seed}`;
}

/**
 * All runs of a study, each once, however many experiments name its variant. Within an experiment every variant gets
 * its first seed before any gets its second, so that what an unfinished study shows is balanced.
 */
export function planJobs(design: StudyDesign): StudyJob[] {
  const jobs = new Map<string, StudyJob>();
  for (const { bases, seeds, variants } of design.experiments)
    for (const seed of seeds)
      for (const base of bases)
        for (const [variant, overrides] of Object.entries(variants)) {
          const name = jobName(design.name, variant, base, seed);
          const settings = [design.set, design.bases[base] ?? {}, overrides, { name, seed }];
          jobs.set(name, { name, overrides: settings.flatMap(entriesOf) });
        }
  return [...jobs.values()];
}

function entriesOf(overrides: Overrides): StudyJob["overrides"] {
  return Object.entries(overrides).map(([path, value]) => ({ path: path.split("."), value }));
}
