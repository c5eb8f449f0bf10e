import { isAbsolute } from "node:path";
import { z } from "zod";
import { checkOptions } from "../core/check-options.ts";
import { isRlvrError, RlvrError } from "../core/errors.ts";
import { sha256 } from "../core/files/files.ts";
import { thinkingSchema, type ThinkingSetting } from "../core/thinking.ts";
import { answersOnly } from "./answers-only.ts";
import { checkResult } from "./check-result.ts";
import { combinedVerifier, COMBINATORS, type CombinedEntry, type Combinator } from "./combinators.ts";
import type { Verifier } from "./define-verifier.ts";
import { generatorPath } from "./generators/generator-reference.ts";
import { openGenerator } from "./generators/open-generator.ts";
import { loadVerifier } from "./load-verifier.ts";
import { moduleHash } from "./module-hooks.ts";
import { packageHash } from "./package-hash.ts";
import type { VerifierDescription } from "./pool/worker-protocol.ts";

/** A verifier that is loaded, with its options checked. */
export interface OpenVerifier {
  readonly verifier: Verifier;
  /** The options with their defaults filled in. */
  readonly options: unknown;
  /** Has it make itself ready to judge, where it is not, and tells what it then is. */
  ready(): Promise<VerifierDescription>;
}

/** The option that every verifier has beside its own. A combinator does not: its members have it, each its own. */
const thinkingOption = z.object({ thinking: thinkingSchema.optional() });

/** An entry's `thinking`, and the options of the verifier itself. */
function takeThinking(options: unknown, name: string): { readonly given?: ThinkingSetting; readonly own: unknown } {
  if (typeof options !== "object" || options === null || !("thinking" in options)) return { own: options };
  const { thinking: given } = checkOptions(thinkingOption, options, `verifier "${name}"`);
  const { thinking: _, ...own } = options;
  return { ...(given !== undefined && { given }), own };
}

function checkOwnOptions({ name, options }: Verifier, own: unknown): unknown {
  try {
    return checkOptions(options, own, `verifier "${name}"`);
  } catch (error) {
    if (!isRlvrError(error)) throw error;
    const advice = `${error.advice} Every verifier also takes \`thinking\`.`;
    throw new RlvrError(error.code, error.message, { advice, cause: error });
  }
}

/**
 * Loads the verifier of a reference, as resolve-reference.ts gives it, or the generator of one of its own kind, in this process, and checks its options. It judges
 * what follows the thinking of a response, as the option `thinking` or the verifier itself says.
 * @throws RlvrError `unknown_name` for a name that the library does not have, `missing_file` or `verifier_failed` when a
 * module does not load, `bad_recipe` when an option is wrong.
 */
export async function openVerifier(reference: string, options: unknown): Promise<OpenVerifier> {
  const generator = generatorPath(reference);
  if (generator !== undefined) return openGenerator(generator, options);
  const combinator = COMBINATORS.get(reference);
  if (combinator !== undefined) return openCombined(reference, combinator, options);
  const verifier = await loadVerifier(reference);
  const { name, version } = verifier;
  const { given, own } = takeThinking(options, name);
  const checked = checkOwnOptions(verifier, own);
  const source = [packageHash(), isAbsolute(reference) ? moduleHash(reference) : ""];
  return {
    verifier: answersOnly(verifier, given ?? verifier.thinking ?? "auto"),
    options: checked,
    async ready() {
      await verifier.prepare?.(checked);
      const sourceSha256 = sha256([...source, await verifier.fingerprint?.(checked)].join("\n"));
      const needs = (await verifier.needs?.(checked)) ?? [];
      return { name, version, sourceSha256, judgesGroups: verifier.verifyGroup !== undefined, needs };
    },
  };
}

async function openCombined(name: string, combinator: Combinator, options: unknown): Promise<OpenVerifier> {
  const checked = checkOptions(combinator.options, options, `verifier "${name}"`);
  const members: (OpenVerifier & { readonly weight: number })[] = [];
  for (const { name: reference, ...rest } of checked.of as readonly CombinedEntry[]) {
    const { weight, ...unweighted } = rest;
    const own = combinator.isWeighted ? unweighted : rest;
    members.push({ ...(await openVerifier(reference, own)), weight: combinator.isWeighted ? Number(weight) : 1 });
  }
  const verifier = combinedVerifier(
    name,
    combinator,
    members.map(({ verifier: each, options: own, weight }) => ({
      name: each.name,
      weight,
      judge: async (input) => checkResult(await each.verify(input, own)),
    })),
  );
  return {
    verifier,
    options: checked,
    async ready() {
      const descriptions: VerifierDescription[] = [];
      for (const member of members) descriptions.push(await member.ready());
      const sourceSha256 = sha256([packageHash(), JSON.stringify(descriptions.map(keyOf))].join("\n"));
      const needs = [...new Set(descriptions.flatMap((each) => each.needs))];
      return { name, version: verifier.version, sourceSha256, judgesGroups: false, needs };
    },
  };
}

/** What a combined verifier's key has of each of its members. */
function keyOf({ name, version, sourceSha256, judgesGroups }: VerifierDescription): unknown {
  return { name, version, sourceSha256, judgesGroups };
}
