import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { unknownName } from "../../core/nearest-name.ts";
import type { Verifier } from "../define-verifier.ts";
import { pythonVerifier } from "./python-verifier.ts";
import { reasoningGymVerifier } from "./reasoning-gym-verifier.ts";

/** What the reference of a function in Python begins with. */
export const PYTHON = "python:";

const REASONING_GYM = "reasoning-gym:";
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const DEFINITION = /^(?:async +)?def +([\p{L}_][\p{L}\p{N}_]*)/gmu;
const STAR_IMPORT = /^from .+ import \*/m;

/**
 * The verifier that a reference names, `python:/path/of/file.py:function` or `reasoning-gym:DATASET`; undefined for any
 * other word. Starts no process: that the file loads, or the dataset is there, shows when the first response is judged.
 * @throws RlvrError `bad_usage` for a reference without its parts, `missing_file`, and `unknown_name` for a function
 * whose name does not stand anywhere in the file, with the nearest of those that it defines.
 */
export function verifierInPython(reference: string): Verifier | undefined {
  if (reference.startsWith(PYTHON)) return verifierOfFile(reference, reference.slice(PYTHON.length));
  if (reference.startsWith(REASONING_GYM)) return verifierOfDataset(reference.slice(REASONING_GYM.length));
  return undefined;
}

function verifierOfFile(reference: string, target: string): Verifier {
  const colon = target.lastIndexOf(":");
  const [path, name] = colon < 0 ? [target, ""] : [target.slice(0, colon), target.slice(colon + 1)];
  if (!isAbsolute(path)) {
    throw new RlvrError("bad_usage", `${reference}: the path of the Python file is not absolute`, {
      advice: "Write it as python:/path/of/file.py:function.",
    });
  }
  const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!IDENTIFIER.test(name)) {
    const defined = isThere ? ` The file defines: ${functionsIn(path).join(", ") || "none"}.` : "";
    throw new RlvrError("bad_usage", `${reference} names no function of a Python file`, {
      advice: `Write it as python:/path/of/file.py:FUNCTION.${defined}`,
    });
  }
  if (!isThere) {
    throw new RlvrError("missing_file", `there is no Python file at ${path}`, {
      advice: "Correct the path in python:/path/of/file.py:function.",
    });
  }
  checkFunction(path, name);
  return pythonVerifier(path, name);
}

/** A name may come into a module in many ways, but hardly any that do not write it. */
function checkFunction(path: string, name: string): void {
  const source = readFileSync(path, "utf8");
  const written = new RegExp(String.raw`(?<![\p{L}\p{N}_])${name}(?![\p{L}\p{N}_])`, "u");
  if (written.test(source) || STAR_IMPORT.test(source)) return;
  throw unknownName(`function of ${path} named`, name, functionsIn(path));
}

function functionsIn(path: string): string[] {
  return [...readFileSync(path, "utf8").matchAll(DEFINITION)].map(([, found = ""]) => found);
}

function verifierOfDataset(dataset: string): Verifier {
  if (IDENTIFIER.test(dataset)) return reasoningGymVerifier(dataset);
  throw new RlvrError("bad_usage", `${REASONING_GYM}${dataset} names no dataset`, {
    advice: "Write it as reasoning-gym:DATASET, such as reasoning-gym:leg_counting.",
  });
}
