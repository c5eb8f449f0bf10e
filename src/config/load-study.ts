import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { isHubReference } from "../core/hub-reference.ts";
import { loadDocument, requireFiles } from "./load-document.ts";
import { modelOf } from "./load-recipe.ts";
import { studySchema } from "./study-schema.ts";

/** A checked study: defaults filled in, paths absolute. */
export type Study = z.output<typeof studySchema>;

/** Options of a recipe that are paths: relative in a study, they are meant from the study's own file. */
const PATH_OPTIONS: ReadonlySet<string> = new Set([
  "policy.model",
  "policy.weights",
  "problems.practice",
  "problems.development",
  "problems.test",
  "problems.prompt",
  "problems.prompt.messages.*.template",
  "problems.prompt.user.template",
  "problems.sources.*.file",
  "problems.sources.*.development",
  "problems.sources.*.test",
  "problems.sources.*.prompt",
  "problems.sources.*.prompt.messages.*.template",
  "problems.sources.*.prompt.user.template",
]);

/**
 * Reads and checks a study. That its options fit the recipe is known once the recipe is loaded with them. Throws like
 * {@link loadDocument}.
 */
export function loadStudy(file: string): Study {
  const study = loadDocument(file, "study", studySchema);
  const folder = dirname(resolve(file));
  const recipe = resolve(folder, study.recipe);
  requireFiles(file, { recipe });
  const resolved = (overrides: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    mapValues(overrides, (value, path) => resolvePaths(value, path, folder));
  return {
    ...study,
    recipe,
    set: resolved(study.set),
    bases: mapValues(study.bases, resolved),
    experiments: study.experiments.map((experiment) => ({
      ...experiment,
      variants: mapValues(experiment.variants, resolved),
    })),
  };
}

/** The value of an option with the paths in it made absolute: its own, or those in a section. */
function resolvePaths(value: unknown, path: string, folder: string): unknown {
  if (typeof value === "string") {
    if (!PATH_OPTIONS.has(path.replaceAll(/\.\d+(?=\.|$)/g, ".*")) || isHubReference(value)) return value;
    const absolute = resolve(folder, value);
    return path === "policy.model" ? modelOf(value, absolute) : absolute;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => resolvePaths(part, `${path}.*`, folder));
  return mapValues(value as Record<string, unknown>, (part, key) => resolvePaths(part, `${path}.${key}`, folder));
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
