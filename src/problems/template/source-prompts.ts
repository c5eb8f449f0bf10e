import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import {
  definitionSchema,
  promptOfRun,
  readPrompt,
  storedPrompt,
  type NamedPrompt,
  type PromptDefinition,
} from "./prompt-definition.ts";

/** A source of problems with the prompt that its recipe names; without a name where the recipe has no sources. */
export interface PromptedSource {
  readonly name: string | null;
  readonly prompt?: NamedPrompt;
}

/** The prompts of a run by its sources. */
export type SourcePrompts = ReadonlyMap<string | null, PromptDefinition>;

const storedSchema = z.object({ sources: z.array(definitionSchema.extend({ name: z.string() })) });

/**
 * Reads the files that the prompts of sources name.
 * @param known definitions that need not be read.
 * @throws RlvrError like {@link readPrompt}.
 */
export function readPrompts(sources: readonly PromptedSource[], known: SourcePrompts = new Map()): SourcePrompts {
  return new Map(
    sources.map(({ name, prompt }) => {
      const place = name === null ? "prompt" : `sources.${name}.prompt`;
      return [name, known.get(name) ?? readPrompt(prompt, place)];
    }),
  );
}

/** The prompts of a run as it stores them: of a recipe without sources as {@link storedPrompt} does. */
export function storedPrompts(sources: readonly PromptedSource[], prompts: SourcePrompts): string {
  const only = onlySource(sources);
  if (only !== undefined) return storedPrompt(only.prompt, prompts.get(null) ?? {});
  return JSON.stringify({ sources: sources.map(({ name }) => ({ name, ...prompts.get(name) })) });
}

/**
 * The prompts that a run stored.
 * @param sources as the run's recipe names them.
 * @throws RlvrError `bad_database` when they are none, or lack one of a source.
 */
export function promptsOfRun(stored: string, sources: readonly PromptedSource[]): SourcePrompts {
  const only = onlySource(sources);
  if (only !== undefined) return new Map([[null, promptOfRun(stored, only.prompt)]]);
  try {
    const prompts = storedSchema
      .parse(JSON.parse(stored))
      .sources.map(({ name, ...definition }) => [name, definition] as const);
    const found = new Map<string | null, PromptDefinition>(prompts);
    const missing = sources.find(({ name }) => !found.has(name));
    if (missing !== undefined) throw new Error(`no prompt of the source ${missing.name}`);
    return found;
  } catch (error) {
    throw new RlvrError("bad_database", "the prompts that the run stored cannot be read", {
      advice: "Its database was changed by something else: take a copy of it from before, or start another run.",
      cause: error,
    });
  }
}

/** The source of a recipe without sources. */
function onlySource(sources: readonly PromptedSource[]): PromptedSource | undefined {
  return sources.find(({ name }) => name === null);
}
