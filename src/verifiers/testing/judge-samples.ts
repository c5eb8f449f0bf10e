import { fileURLToPath } from "node:url";
import { modulePath } from "../../core/package-files.ts";
import type { VerifierProblem } from "../define-verifier.ts";
import { createVerifierPool } from "../pool/pool.ts";
import { resolveReference } from "../resolve-reference.ts";
import type { Verdict } from "../verdict.ts";
import { HOSTILE_RESPONSES } from "./hostile-responses.ts";
import type { Observation } from "./observe.ts";

/** A response to judge. */
export interface Sample {
  /** The problem's text, or its record with every field that the verifier reads. Default: none. */
  readonly problem?: string | VerifierProblem;
  readonly response: string;
  /** The reference answer. */
  readonly answer: string;
  /** Whether the response was cut at `max_tokens`. Default: false. */
  readonly truncated?: boolean;
}

/** What a verifier has to hold to. */
export interface Contract {
  /** Options as a recipe gives them. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Names of the environment variables that it reads, as in a recipe. Default: none. */
  readonly env?: readonly string[];
  /** Responses that have to pass: at least one. */
  readonly passing: readonly Sample[];
  /** Responses that have to fail: at least one. */
  readonly failing: readonly Sample[];
  /** Whether each reference answer has to pass when it is the response. Default: false. */
  readonly answersPass?: boolean;
  /** Whether hostile responses may pass, as they may where only form or length is judged. Default: false. */
  readonly hostileMayPass?: boolean;
  /** Milliseconds that a response may take, also a hostile one. Default: 1000. */
  readonly deadlineMs?: number;
}

/** A sample with its verdict. */
export interface JudgedSample {
  readonly sample: Sample;
  readonly verdict: Verdict;
}

/** A sample that was looked at closely. */
export interface WatchedSample extends JudgedSample {
  /** Its verdicts of two further times, one right after the other, the samples in the opposite order. */
  readonly again: readonly Verdict[];
  /** What the judgement showed of the verifier; undefined where it threw. */
  readonly observation: Observation | undefined;
}

/** All that the tests of a contract look at. */
export interface JudgedContract {
  readonly passing: readonly WatchedSample[];
  readonly failing: readonly WatchedSample[];
  /** The reference answers as responses; none unless the contract asks. */
  readonly answers: readonly JudgedSample[];
  /** Each hostile response by its name, with the answer of the first passing sample. */
  readonly hostile: ReadonlyMap<string, JudgedSample>;
}

const DEADLINE_MS = 1000;
/** The observer loads the verifier within its own deadline. */
const OBSERVER_DEADLINE_MS = 30_000;

/**
 * Has every sample of a contract judged as a run would: in a worker process, with a deadline.
 * @param verifier the location of a module, or what a recipe in the working folder could name.
 * @throws RlvrError as a pool does when the verifier does not load or its options are wrong.
 */
export async function judgeSamples(verifier: string | URL, contract: Contract): Promise<JudgedContract> {
  const { passing, failing, options = {}, env = [], deadlineMs = DEADLINE_MS } = contract;
  const reference = String(verifier).startsWith("file:")
    ? fileURLToPath(verifier)
    : resolveReference(String(verifier), process.cwd());
  const samples = [...passing, ...failing];
  const answers = contract.answersPass === true ? samples.map((each) => ({ ...each, response: each.answer })) : [];
  const hostile = [...HOSTILE_RESPONSES.values()].map((response) => ({ answer: "", ...passing[0], response }));
  // One worker, so that what a judgement leaves behind meets the next.
  const pool = createVerifierPool({ workers: 1 });
  const judge = async (judged: readonly Sample[]): Promise<JudgedSample[]> => {
    const call = { verifier: reference, options, env, items: judged.map(itemOf), deadlineMs };
    return (await pool.verifyGroup(call)).map((verdict, index) => ({ sample: judged[index] as Sample, verdict }));
  };
  const watch = (): Promise<Verdict[]> =>
    pool.verifyGroup({
      verifier: modulePath("src/verifiers/testing/observe"),
      options: { verifier: reference, options },
      env,
      items: samples.map(itemOf),
      deadlineMs: OBSERVER_DEADLINE_MS,
    });
  try {
    const first = await judge(samples);
    const further = (await judge(samples.toReversed().flatMap((sample) => [sample, sample]))).toReversed();
    const observed = await watch();
    const watched = first.map((judged, index) => ({
      ...judged,
      again: further.slice(2 * index, 2 * index + 2).map(({ verdict }) => verdict),
      observation: observationOf(observed[index] as Verdict),
    }));
    const names = [...HOSTILE_RESPONSES.keys()];
    return {
      passing: watched.slice(0, passing.length),
      failing: watched.slice(passing.length),
      answers: await judge(answers),
      hostile: new Map((await judge(hostile)).map((judged, index) => [names[index] as string, judged])),
    };
  } finally {
    await pool.close();
  }
}

function itemOf({ problem = {}, response, answer, truncated = false }: Sample) {
  return { problem: { answer, ...(typeof problem === "string" ? { problem } : problem) }, response, answer, truncated };
}

function observationOf(verdict: Verdict): Observation | undefined {
  return verdict.status === "ok" ? (verdict.details as Observation) : undefined;
}
