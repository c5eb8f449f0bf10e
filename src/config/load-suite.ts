import { dirname, resolve } from "node:path";
import { loadDocument, requireFiles } from "./load-document.ts";
import { promptFiles, withPromptPaths } from "./prompt-paths.ts";
import { suiteSchema, type Suite } from "./suite-schema.ts";

/** Reads and checks an evaluation suite: defaults filled in, paths absolute. Throws like {@link loadDocument}. */
export function loadSuite(file: string): Suite {
  const suite = loadDocument(file, "suite", suiteSchema);
  const absolute = (path: string): string => resolve(dirname(resolve(file)), path);
  const policy = suite.policy && absolute(suite.policy);
  const sets = suite.sets.map((set) => ({
    ...set,
    problems: absolute(set.problems),
    prompt: withPromptPaths(set.prompt, absolute),
  }));
  for (const { problems, prompt } of sets) requireFiles(file, { problems, ...promptFiles(prompt) });
  requireFiles(file, { policy });
  return { ...suite, policy, sets };
}
