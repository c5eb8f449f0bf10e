import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { checkOptions } from "../core/check-options.ts";
import { sha256 } from "../core/files.ts";
import { unknownName } from "../core/nearest-name.ts";
import { packageVersion } from "../core/package-files.ts";
import { combinedVerifier, COMBINATORS, type CombinedEntry, type Combinator } from "./combinators.ts";
import type { Verifier } from "./define-verifier.ts";
import { loadModule } from "./load-module.ts";
import { BUILT_IN } from "./library/built-in.ts";
import { verifierNames } from "./verifier-names.ts";
import { sourceHash } from "./module-hooks.ts";
import type { VerifierDescription } from "./pool/worker-protocol.ts";

/** A verifier that is loaded, with its options checked: ready to judge. */
export interface OpenVerifier {
  readonly verifier: Verifier;
  /** The options with their defaults filled in. */
  readonly options: unknown;
  readonly description: VerifierDescription;
}

/**
 * Loads the verifier of a reference, as resolve-reference.ts gives it, in this process, and checks its options.
 * @throws RlvrError `unknown_name` for a name that the library does not have, `missing_file` or `verifier_failed` when a
 * module does not load, `bad_recipe` when an option is wrong.
 */
export async function openVerifier(reference: string, options: unknown): Promise<OpenVerifier> {
  const combinator = COMBINATORS.get(reference);
  if (combinator !== undefined) return openCombined(reference, combinator, options);
  const builtIn = BUILT_IN.get(reference);
  if (builtIn === undefined && !isAbsolute(reference)) throw unknownName("verifier", reference, verifierNames());
  const verifier = await (builtIn === undefined ? loadModule(reference) : builtIn());
  // Our own have versions that change with their judgements; the package's own version stands for their source.
  const source = builtIn === undefined ? sourceHash(reference) : sha256(packageVersion());
  const files = (verifier.sources ?? []).map((path) => sha256(readFileSync(path)));
  const { name, version } = verifier;
  return {
    verifier,
    options: checkOptions(verifier.options, options, `verifier "${name}"`),
    description: { name, version, sourceSha256: sha256([source, ...files].join("\n")) },
  };
}

async function openCombined(name: string, combinator: Combinator, options: unknown): Promise<OpenVerifier> {
  const checked = checkOptions(combinator.options, options, `verifier "${name}"`);
  const opened: (OpenVerifier & { readonly weight: number })[] = [];
  for (const { name: reference, ...rest } of checked.of as readonly CombinedEntry[]) {
    const { weight, ...unweighted } = rest;
    const own = combinator.isWeighted ? unweighted : rest;
    opened.push({ ...(await openVerifier(reference, own)), weight: combinator.isWeighted ? Number(weight) : 1 });
  }
  const verifier = combinedVerifier(
    name,
    combinator,
    opened.map(({ verifier: each, options: own, description, weight }) => ({
      name: description.name,
      weight,
      judge: async (input) => each.verify(input, own),
    })),
  );
  const versions = opened.map(({ description }) => Object.values(description).join(" "));
  const description = { name, version: verifier.version, sourceSha256: sha256(versions.join("\n")) };
  return { verifier, options: checked, description };
}
