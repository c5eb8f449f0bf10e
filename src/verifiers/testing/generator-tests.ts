import { fail } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { fileURLToPath } from "node:url";
import { isRlvrError } from "../../core/errors.ts";
import { deriveSeed } from "../../core/random.ts";
import { askGenerator, type AskedGenerator, type AskedProblem } from "../generators/ask-generator.ts";
import { generatorReference } from "../generators/generator-reference.ts";
import { createVerifierPool } from "../pool/pool.ts";
import { resolveGenerator } from "../resolve-reference.ts";
import type { ContractTest } from "./contract-tests.ts";

/** What a generator has to hold to. */
export interface GeneratorContract {
  /** Options as a recipe gives them. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Problems of each arm that are made and looked at. Default: 100. */
  readonly problems?: number;
  /** Least share of those of an arm that have different texts. Default: 0.9. */
  readonly distinct?: number;
  /** Milliseconds that a problem may take. Default: 1000. */
  readonly deadlineMs?: number;
}

interface Made {
  readonly generator: AskedGenerator;
  readonly takesAnyOption: boolean;
  readonly asked: readonly AskedProblem[];
  readonly first: readonly unknown[];
  /** The same, made in the opposite order by another process. */
  readonly again: readonly unknown[];
}

/**
 * The tests that every generator has to stand, for the test framework of your choice:
 *
 *     for (const { name, run } of generatorTests(new URL("./sums.ts", import.meta.url))) test(name, run);
 *
 * The first that runs has problems made as in a run: by worker processes with a deadline.
 * @param generator the location of a module as URL, or what a recipe in the working folder could name: a path or a package.
 */
export function generatorTests(generator: string | URL, contract: GeneratorContract = {}): ContractTest[] {
  let made: Promise<Made> | undefined;
  const test = (name: string, faultsOf: (made: Made) => readonly string[]): ContractTest => ({
    name,
    async run() {
      made ??= makeProblems(generator, contract);
      const faults = faultsOf(await made);
      if (faults.length > 0) fail(faults.join("\n"));
    },
  });
  return [
    test("has a name and a version", ({ generator: { name, version } }) =>
      Object.entries({ name, version }).flatMap(([key, text]) => (text.trim() === "" ? [`its ${key} is empty`] : []))),
    test("refuses options that it does not know", ({ takesAnyOption }) =>
      takesAnyOption ? ["a misspelt option would go unnoticed: declare the options with z.strictObject"] : []),
    test("makes problems with a text and an answer", formFaults),
    test("makes the same problem whenever it is asked for it", repetitionFaults),
    test("makes different problems of each arm", (all) => sameFaults(all, contract.distinct ?? 0.9)),
  ];
}

async function makeProblems(module: string | URL, contract: GeneratorContract): Promise<Made> {
  const { options = {}, problems = 100, deadlineMs = 1000 } = contract;
  const path = String(module).startsWith("file:")
    ? fileURLToPath(module)
    : resolveGenerator(String(module), process.cwd());
  const entry = { path, options, deadlineMs, memoryMb: 1024 };
  const [pool, other] = [createVerifierPool({ workers: 1 }), createVerifierPool({ workers: 1 })];
  try {
    const generator = await askGenerator(pool, entry);
    const asked = generator.arms.flatMap((arm) =>
      Array.from({ length: problems }, (_, index) => ({ arm, index, seed: deriveSeed(1, arm, index) })),
    );
    const first = await generator.problems(asked);
    const again = await (await askGenerator(other, entry)).problems(asked.toReversed());
    const unknown = { verifier: generatorReference(path), options: { ...options, "an option that nobody has": 1 } };
    const takesAnyOption = await pool.describe(unknown).then(
      () => true,
      (error: unknown) => {
        if (isRlvrError(error) && error.code === "bad_recipe") return false;
        throw error;
      },
    );
    return { generator, takesAnyOption, asked, first, again: again.toReversed() };
  } finally {
    await Promise.all([pool.close(), other.close()]);
  }
}

/** Most faults that are told. */
const TOLD = 5;

/** Faults of single problems, the first few, each with the problem that it is about. */
function faultsAmong({ asked }: Made, faultOf: (place: number) => string | undefined): string[] {
  const faults = asked.flatMap(({ arm, index }, place) => {
    const fault = faultOf(place);
    return fault === undefined ? [] : [`problem ${index} of the arm "${arm}": ${fault}`];
  });
  return faults.slice(0, TOLD);
}

function formFaults(made: Made): string[] {
  return faultsAmong(made, (place) => {
    const { problem, answer } = made.first[place] as Readonly<Record<string, unknown>>;
    if (typeof problem !== "string" || problem === "") return "its `problem` is no text";
    return typeof answer === "string" ? undefined : "its `answer` is no text";
  });
}

function repetitionFaults(made: Made): string[] {
  return faultsAmong(made, (place) => {
    const [first, again] = [made.first[place], made.again[place]];
    return isDeepStrictEqual(first, again)
      ? undefined
      : `first ${JSON.stringify(first).slice(0, 200)}, then ${JSON.stringify(again).slice(0, 200)}`;
  });
}

function sameFaults({ generator, asked, first }: Made, least: number): string[] {
  return generator.arms.flatMap((arm) => {
    const own = first.filter((_, place) => asked[place]?.arm === arm);
    const texts = new Set(own.map((each) => (each as { readonly problem?: unknown }).problem));
    return texts.size >= least * own.length
      ? []
      : [
          `of ${own.length} problems of the arm "${arm}" ${texts.size} are different: take more of them from \`random\``,
        ];
  });
}
