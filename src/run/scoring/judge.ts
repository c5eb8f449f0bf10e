import type { VerifierConfig } from "../../config/verifier-schema.ts";
import { sha256 } from "../../core/files/files.ts";
import type { TemplateProblem } from "../../problems/template/message-template.ts";
import type { Completion } from "../../policy/policy-client.ts";
import type { ProblemRow } from "../../tracking/problem-sets.ts";
import { combineVerdicts, isStopped, type Outcome } from "../../verifiers/combine-verdicts.ts";
import type { VerifierProblem } from "../../verifiers/define-verifier.ts";
import { createVerifierPool, type VerifierPool } from "../../verifiers/pool/pool.ts";
import type { OkVerdict, Verdict } from "../../verifiers/verdict.ts";
import { configureVerifiers, type ConfiguredVerifier } from "./configure-verifiers.ts";
import { requireSameInputs } from "./verifier-inputs.ts";

/** A problem with all its fields, as verifiers see it. */
export type JudgedProblem = VerifierProblem & { readonly answer: string };

/** A completion as verifiers see it. */
export interface JudgedText {
  readonly text: string;
  /** Whether it was cut at `max_tokens`. */
  readonly truncated: boolean;
}

/** What one verifier said of a response. */
export interface LabelledVerdict {
  /** What the recipe calls the verifier. */
  readonly verifier: string;
  readonly version: string;
  readonly verdict: Verdict;
  /** Names all that it depends on: the verifier with its options and source, the problem, the response. Null: it was skipped. */
  readonly key: string | null;
  /** Whether it was kept from an earlier time rather than judged now. */
  readonly isKept: boolean;
}

/** All that was said of a response. */
export interface JudgedResponse {
  readonly verdicts: readonly LabelledVerdict[];
  readonly outcome: Outcome;
}

/** Judges responses with the verifiers of a recipe, in worker processes. */
export interface Judge {
  /** Judges responses to one problem, in their order. Whatever is equal or was judged before is not judged again. */
  group(problem: JudgedProblem, responses: readonly JudgedText[], signal: AbortSignal): Promise<JudgedResponse[]>;
  /** The verifiers, as they were when the judge was made. */
  readonly verifiers: readonly ConfiguredVerifier[];
  close(): Promise<void>;
}

/** Finds verdicts that are stored under keys; a key without one is not in the map. */
export type FindKept = (keys: readonly string[]) => ReadonlyMap<string, OkVerdict>;

/**
 * A judge with its own worker processes.
 * @param findKept where verdicts of earlier times are looked for. Default: nowhere.
 * @param pool what its verifiers are called in; it ends with the judge. Default: worker processes.
 * @throws like {@link configureVerifiers}.
 */
export async function createJudge(
  configs: readonly VerifierConfig[],
  findKept: FindKept = () => new Map(),
  pool: VerifierPool = createVerifierPool(),
): Promise<Judge> {
  let verifiers: ConfiguredVerifier[];
  try {
    verifiers = await configureVerifiers(configs, pool);
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    async group(problem, responses, signal) {
      const judged = responses.map((response) => ({ response, given: [] as LabelledVerdict[] }));
      const verdictsOf = (given: readonly LabelledVerdict[]): Verdict[] => given.map(({ verdict }) => verdict);
      for (const verifier of verifiers) {
        const [stopped, open] = partition(judged, ({ given }) => isStopped(verifiers, verdictsOf(given)));
        for (const { given } of stopped) given.push(behindGate(verifier));
        const texts = open.map(({ response }) => response);
        const verdicts = await judgeAll(pool, verifier, problem, texts, findKept, signal);
        for (const [index, { given }] of open.entries()) given.push(verdicts[index] as LabelledVerdict);
      }
      return judged.map(({ given }) => ({
        verdicts: given,
        outcome: combineVerdicts(verifiers, verdictsOf(given)),
      }));
    },
    verifiers,
    close: () => pool.close(),
  };
}

/**
 * One verifier's verdicts of responses. Each different one is judged once at the most; but a verifier that judges groups
 * sees the whole group, unless all of it is kept: what it says of one may hang on the others.
 */
async function judgeAll(
  pool: VerifierPool,
  verifier: ConfiguredVerifier,
  problem: JudgedProblem,
  responses: readonly JudgedText[],
  findKept: FindKept,
  signal: AbortSignal,
): Promise<LabelledVerdict[]> {
  const { label, version, reference, options, env, deadlineMs, memoryMb, judgesGroups } = verifier;
  const keys = responses.map((response, index) =>
    verdictKey(verifier, problem, judgesGroups ? [index, ...responses.flatMap(partsOfKey)] : partsOfKey(response)),
  );
  const found = findKept([...new Set(keys)]);
  const kept = judgesGroups && found.size < keys.length ? new Map<string, OkVerdict>() : found;
  // Of equal responses the first is judged; the others have its verdict.
  const firstOf = new Map<string, number>();
  for (const [index, key] of keys.entries()) if (!kept.has(key) && !firstOf.has(key)) firstOf.set(key, index);
  const fresh = [...firstOf];
  requireSameInputs(label, verifier.inputs);
  const items = fresh.map(([, index]) => {
    const { text, truncated } = responses[index] as JudgedText;
    return { problem, response: text, answer: problem.answer, truncated };
  });
  const given =
    items.length === 0
      ? []
      : await pool.verifyGroup({ verifier: reference, options, env, items, deadlineMs, memoryMb }, signal);
  const judged = new Map(fresh.map(([key], place) => [key, given[place] as Verdict]));
  return keys.map((key, index) => {
    const verdict = judged.get(key) ?? (kept.get(key) as OkVerdict);
    return { verifier: label, version, verdict, key, isKept: firstOf.get(key) !== index };
  });
}

function partition<T>(all: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [all.filter((item) => belongs(item)), all.filter((item) => !belongs(item))];
}

function behindGate({ label, version }: ConfiguredVerifier): LabelledVerdict {
  const verdict = { status: "skipped" as const, error: "it did not pass a gate", runMs: 0, queueMs: 0, attempts: 0 };
  return { verifier: label, version, verdict, key: null, isKept: false };
}

/** A finished response has the key that it had before verifiers were given `truncated`. */
function partsOfKey({ text, truncated }: JudgedText): readonly unknown[] {
  return truncated ? [text, { truncated }] : [text];
}

function verdictKey(verifier: ConfiguredVerifier, problem: JudgedProblem, judged: readonly unknown[]): string {
  const { name, version, sourceSha256, options } = verifier;
  return sha256(JSON.stringify([name, version, sourceSha256, options, problem, ...judged]));
}

/** What verifiers see of a completion. */
export function judgedText({ text, finishReason }: Pick<Completion, "text" | "finishReason">): JudgedText {
  return { text, truncated: finishReason === "length" };
}

/** A stored problem as verifiers and templates see it: without its hints. */
export function problemRecord({ problem, answer, arm, extra }: ProblemRow): JudgedProblem & TemplateProblem {
  return { ...(extra as Record<string, unknown>), problem, answer, arm };
}
