import type { z } from "zod";
import type { promptSchema } from "./recipe/prompt-schema.ts";

type Prompt = z.output<typeof promptSchema> | undefined;

/**
 * A prompt with the paths of its files made absolute.
 * @param absolute given each path and where it stands in the prompt.
 */
export function withPromptPaths(prompt: Prompt, absolute: (path: string, place: readonly string[]) => string): Prompt {
  if (prompt === undefined) return undefined;
  if (typeof prompt === "string") return absolute(prompt, []);
  const resolved = <T extends { readonly template?: string | undefined }>(each: T, place: readonly string[]): T =>
    each.template === undefined ? each : { ...each, template: absolute(each.template, [...place, "template"]) };
  const { messages, user } = prompt;
  return {
    ...prompt,
    ...(messages !== undefined && { messages: messages.map((each, at) => resolved(each, ["messages", String(at)])) }),
    ...(user !== undefined && { user: resolved(user, ["user"]) }),
  };
}

/**
 * The files that a prompt names, by the option that names them.
 * @param option where the prompt stands.
 */
export function promptFiles(prompt: Prompt, option = "prompt"): Record<string, string> {
  const files: Record<string, string> = {};
  withPromptPaths(prompt, (path, place) => {
    files[[option, ...place].join(".")] = path;
    return path;
  });
  return files;
}
