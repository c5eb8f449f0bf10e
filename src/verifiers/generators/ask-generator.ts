import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { cutText } from "../../core/texts/cut-text.ts";
import type { VerifierPool } from "../pool/pool.ts";
import type { VerifierDescription } from "../pool/worker-protocol.ts";
import type { OkVerdict, Verdict } from "../verdict.ts";
import { generatorReference } from "./generator-reference.ts";
import { requestItem, type GeneratorRequest } from "./open-generator.ts";

/** A generator as a recipe names it. */
export interface GeneratorEntry {
  /** Path of its module. */
  readonly path: string;
  /** Its options, as the recipe gives them. */
  readonly options: unknown;
  /** Milliseconds that a problem may take. */
  readonly deadlineMs: number;
  /** MiB of memory at which its process is killed. */
  readonly memoryMb: number;
}

/** A problem to ask for. */
export interface AskedProblem {
  readonly arm: string;
  readonly index: number;
  readonly seed: number;
}

/** A generator that was found good, in the workers of a pool. */
export interface AskedGenerator extends Pick<VerifierDescription, "name" | "version" | "sourceSha256"> {
  readonly path: string;
  readonly arms: readonly string[];
  /**
   * What it makes of requests, in their order: JSON, not yet checked to be problems.
   * @throws RlvrError `generator_failed` naming module, arm and index when it throws, runs past the deadline, takes its process down or
   * returns what is no JSON; the signal's reason when that is aborted.
   */
  problems(asked: readonly AskedProblem[], signal?: AbortSignal): Promise<readonly unknown[]>;
}

/** Arms of one generator: each is shown, and has rows of its own in every step. */
const MAX_ARMS = 1000;

/**
 * Loads a generator in a worker and asks for its arms.
 * @throws RlvrError `missing_file` when there is no such module, `bad_recipe` when an option is wrong, `generator_failed`
 * when it does not load or has no arms.
 */
export async function askGenerator(pool: VerifierPool, entry: GeneratorEntry): Promise<AskedGenerator> {
  const { path, options, deadlineMs, memoryMb } = entry;
  const verifier = generatorReference(path);
  const { name, version, sourceSha256 } = await pool.describe({ verifier, options });
  const ask = async (requests: readonly GeneratorRequest[], signal?: AbortSignal): Promise<readonly unknown[]> => {
    const call = { verifier, options, items: requests.map(requestItem), deadlineMs, memoryMb };
    const verdicts = await pool.verifyGroup(call, signal).catch((error: unknown) => {
      throw isRlvrError(error) && error.code === "verifier_failed"
        ? new RlvrError("generator_failed", error.message, { advice: error.advice, cause: error })
        : error;
    });
    return verdicts.map((verdict, place) => {
      if (verdict.status !== "ok") throw generatorFailed(path, requests[place], whatHappened(verdict, deadlineMs));
      return verdict.details;
    });
  };
  const [arms] = await ask([{ ask: "arms" }]);
  if (!areArms(arms))
    throw generatorFailed(path, undefined, `its arms are no list of 1 to ${MAX_ARMS} different names`);
  return {
    name,
    version,
    sourceSha256,
    path,
    arms,
    problems: (asked, signal) =>
      ask(
        asked.map((each) => ({ ask: "problem" as const, ...each })),
        signal,
      ),
  };
}

/** The error of a generator that did not make what it was asked for. Pure. */
export function generatorFailed(
  path: string,
  asked: GeneratorRequest | AskedProblem | undefined,
  what: string,
): RlvrError {
  const problem = asked !== undefined && "arm" in asked ? ` for problem ${asked.index} of the arm "${asked.arm}"` : "";
  return new RlvrError("generator_failed", `the generator ${path} failed${problem}: ${what}`, {
    advice:
      "Correct the module, then try again; a run that has begun goes on with: rlvr resume. Where it only needs more time or " +
      "memory, raise generate.deadline_ms or generate.memory_mb of its source.",
  });
}

function whatHappened({ status, error }: Exclude<Verdict, OkVerdict>, deadlineMs: number): string {
  return status === "timeout" ? `it ran past its deadline of ${deadlineMs} ms` : cutText(error, 2000);
}

function areArms(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_ARMS) return false;
  return value.every((arm) => typeof arm === "string" && arm !== "") && new Set(value).size === value.length;
}
