import { fail } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { RlvrError } from "../../core/errors.ts";
import type { Verdict } from "../verdict.ts";
import { HOSTILE_RESPONSES } from "./hostile-responses.ts";
import { judgeSamples, type Contract, type JudgedContract, type JudgedSample } from "./judge-samples.ts";

/** One thing that the contract asks: a test for any framework. */
export interface ContractTest {
  /** What is asked, as a sentence whose subject is the verifier. */
  readonly name: string;
  /** Rejects with what is wrong. */
  run(): Promise<void>;
}

/**
 * The tests that every verifier has to stand, for the test framework of your choice:
 *
 *     for (const { name, run } of contractTests(new URL("./even.ts", import.meta.url), { passing, failing })) test(name, run);
 *
 * The first that runs has all samples judged as in a run: by worker processes with a deadline.
 * @param verifier the location of a module as URL, or what a recipe in the working folder could name: a verifier of the
 * library, a path, a package, a Python function.
 * @throws RlvrError `bad_usage` when the contract has no sample that passes or none that fails.
 */
export function contractTests(verifier: string | URL, contract: Contract): ContractTest[] {
  if (contract.passing.length === 0 || contract.failing.length === 0) {
    throw new RlvrError("bad_usage", "a contract needs a response that passes and one that fails", {
      advice: "Give at least one sample in `passing` and one in `failing`.",
    });
  }
  let judged: Promise<JudgedContract> | undefined;
  const test = (name: string, faultsOf: FaultsOf): ContractTest => ({
    name,
    async run() {
      judged ??= judgeSamples(verifier, contract);
      const faults = faultsOf(await judged);
      if (faults.length > 0) fail(faults.join("\n"));
    },
  });
  return [
    test("has a name and a version", nameFaults),
    test("refuses options that it does not know", optionFaults),
    test("passes what is right", ({ passing }) => verdictFaults(passing, true)),
    test("fails what is wrong", ({ failing }) => verdictFaults(failing, false)),
    test("gives results that are well formed", formFaults),
    test("judges the same whenever it is asked", repetitionFaults),
    test("leaves the problem as it is", changeFaults),
    ...(contract.answersPass === true
      ? [test("passes a reference answer as a response", ({ answers }) => verdictFaults(answers, true))]
      : []),
    ...[...HOSTILE_RESPONSES.keys()].map((name) =>
      test(`${contract.hostileMayPass === true ? "judges" : "does not pass"} ${name}`, ({ hostile }) =>
        hostileFaults(hostile.get(name), contract.hostileMayPass ?? false)),
    ),
  ];
}

type FaultsOf = (judged: JudgedContract) => readonly string[];

const nameFaults: FaultsOf = ({ passing, failing }) => {
  const seen = [...passing, ...failing].find(({ observation }) => observation !== undefined)?.observation;
  if (seen === undefined) return ["no sample was judged without an error"];
  return (["name", "version"] as const).flatMap((key) => (seen[key].trim() === "" ? [`its ${key} is empty`] : []));
};

const optionFaults: FaultsOf = ({ passing, failing }) =>
  [...passing, ...failing].some(({ observation }) => observation?.takesAnyOption)
    ? ["a misspelt option would go unnoticed: declare the options with z.strictObject"]
    : [];

/** Faults of samples, each told with its response and answer; undefined for a sample without one. */
function faultsAmong<Judged extends JudgedSample>(
  samples: readonly Judged[],
  faultOf: (judged: Judged) => string | undefined,
): string[] {
  return samples.flatMap((judged) => {
    const fault = faultOf(judged);
    const { response, answer } = judged.sample;
    return fault === undefined ? [] : [`${shortened(response)} for the answer ${shortened(answer)}: ${fault}`];
  });
}

function verdictFaults(samples: readonly JudgedSample[], passed: boolean): string[] {
  return faultsAmong(samples, ({ verdict }) =>
    verdict.status === "ok" && verdict.passed === passed ? undefined : described(verdict),
  );
}

const formFaults: FaultsOf = ({ passing, failing }) =>
  faultsAmong([...passing, ...failing], ({ verdict, observation }) => {
    if (verdict.status !== "ok") return described(verdict);
    const unknown = observation?.unknownKeys ?? [];
    return unknown.length === 0 ? undefined : `the result has keys that mean nothing: ${unknown.join(", ")}`;
  });

const repetitionFaults: FaultsOf = ({ passing, failing }) =>
  faultsAmong([...passing, ...failing], ({ verdict, again }) => {
    const other = again.find((each) => !isDeepStrictEqual(lasting(verdict), lasting(each)));
    return other && `first ${described(verdict)}, then ${described(other)}`;
  });

/** The part of a verdict that does not depend on when it was come to. */
function lasting(verdict: Verdict): unknown {
  if (verdict.status !== "ok") return verdict.status;
  const { passed, score, extracted, details } = verdict;
  return { passed, score, extracted, details };
}

const changeFaults: FaultsOf = ({ passing, failing }) =>
  faultsAmong([...passing, ...failing], ({ observation }) =>
    observation?.changesProblem === true ? "the problem is not what it was before" : undefined,
  );

/** A response may still be right for an answer that happens to be just that text. */
function hostileFaults(judged: JudgedSample | undefined, mayPass: boolean): string[] {
  return faultsAmong(judged === undefined ? [] : [judged], ({ sample: { response, answer }, verdict }) => {
    if (verdict.status === "error" || verdict.status === "timeout") return described(verdict);
    const passes = verdict.status === "ok" && verdict.passed;
    return passes && !mayPass && response.trim() !== answer.trim() ? described(verdict) : undefined;
  });
}

const SHOWN = 60;

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function shortened(text: string): string {
  return JSON.stringify(cut(text));
}

function described(verdict: Verdict): string {
  if (verdict.status !== "ok") return `${verdict.status}: ${verdict.error}`;
  const read = verdict.extracted === null ? "" : `, reading ${shortened(verdict.extracted)}`;
  const details = verdict.details === null ? "" : `, details ${cut(JSON.stringify(verdict.details))}`;
  return `${verdict.passed ? "passed" : "failed"} with score ${verdict.score}${read}${details}`;
}
