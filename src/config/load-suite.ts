import { dirname, resolve } from "node:path";
import { loadDocument, requireFiles } from "./load-document.ts";
import { suiteSchema, type Suite } from "./suite-schema.ts";

/** Reads and checks an evaluation suite: defaults filled in, paths absolute. Throws like {@link loadDocument}. */
export function loadSuite(file: string): Suite {
  const suite = loadDocument(file, "suite", suiteSchema);
  const absolute = (path: string): string => resolve(dirname(resolve(file)), path);
  const { problems, prompt, policy } = suite;
  const resolved = { problems: absolute(problems), prompt: absolute(prompt), policy: absolute(policy) };
  requireFiles(file, resolved);
  return { ...suite, ...resolved };
}
