/** What stands before the path of a generator's module where workers are asked for it: no name of a verifier begins so. */
const SCHEME = "generator:";

/** How workers are asked for the generator of the module at an absolute path. */
export function generatorReference(path: string): string {
  return SCHEME + path;
}

/** The path of a generator's module; undefined for a reference to a verifier. */
export function generatorPath(reference: string): string | undefined {
  return reference.startsWith(SCHEME) ? reference.slice(SCHEME.length) : undefined;
}

/** What a reference leads to, for messages. */
export function referredText(reference: string): string {
  const path = generatorPath(reference);
  return path === undefined ? `verifier ${reference}` : `generator ${path}`;
}
