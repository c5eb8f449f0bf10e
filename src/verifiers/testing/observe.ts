import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { defineVerifier } from "../define-verifier.ts";
import { openVerifier, type OpenVerifier } from "../open-verifier.ts";

/** What the contract asks of a verifier that its verdicts do not show. */
export interface Observation {
  readonly name: string;
  readonly version: string;
  /** Its schema takes an option that it cannot know. */
  readonly takesAnyOption: boolean;
  /** It changed the problem that it was given. */
  readonly changesProblem: boolean;
  /** Keys of its result that mean nothing, such as a misspelt one. */
  readonly unknownKeys: readonly string[];
}

const options = z.strictObject({
  verifier: z.string().describe("The verifier to watch, as a pool takes it."),
  options: z.unknown().describe("Its options, as a recipe gives them."),
});

const RESULT_KEYS: ReadonlySet<string> = new Set(["passed", "score", "extracted", "details"]);

let opened: { readonly given: unknown; readonly verifier: Promise<OpenVerifier> } | undefined;

/** The verifier to watch: opened once for all samples, whose options are of one object. */
function open(given: z.output<typeof options>): Promise<OpenVerifier> {
  if (opened?.given !== given) opened = { given, verifier: openVerifier(given.verifier, given.options) };
  return opened.verifier;
}

/** Judges with another verifier and tells in its details, as an {@link Observation}, what that one did meanwhile. */
const observe = defineVerifier({
  name: "observe",
  version: "1",
  options,
  async verify(input, given) {
    const { verifier, options: checked } = await open(given);
    const before = structuredClone(input.problem);
    const result = await verifier.verify(input, checked);
    const details: Observation = {
      name: verifier.name,
      version: verifier.version,
      takesAnyOption: verifier.options.safeParse({ ...(given.options as object), "an option that nobody has": 1 })
        .success,
      changesProblem: !isDeepStrictEqual(before, input.problem),
      unknownKeys: Object.keys(result ?? {}).filter((key) => !RESULT_KEYS.has(key)),
    };
    return { passed: true, details };
  },
});

// oxlint-disable-next-line import/no-default-export -- a verifier module exports its verifier as the default
export default observe;
