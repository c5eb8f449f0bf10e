import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Files that hold a model's weights, or say which file holds which. */
const WEIGHTS = /\.(?:safetensors|safetensors\.index\.json|bin|bin\.index\.json|pt|pth|gguf)$/;

/**
 * A temporary directory that is a model with the weights of an export: links to the model's other files and to the
 * export's weights, since a server is started on one directory with all of them.
 */
export function composeModel(
  modelDirectory: string,
  exportDirectory: string,
): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "rlvr-model-"));
  const link = (from: string, isWanted: (name: string) => boolean): void => {
    for (const name of readdirSync(from)) if (isWanted(name)) symlinkSync(resolve(from, name), join(directory, name));
  };
  link(modelDirectory, (name) => !WEIGHTS.test(name));
  link(exportDirectory, (name) => WEIGHTS.test(name));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
