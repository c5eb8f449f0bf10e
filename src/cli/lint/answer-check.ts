import { finding, type Finding } from "../../problems/lint/finding.ts";
import type { Problem } from "../../problems/problem.ts";
import { createVerifierPool } from "../../verifiers/pool/pool.ts";
import type { Verdict } from "../../verifiers/verdict.ts";

/** Answers sent to a worker at once, and such packets under way: what bounds the memory. */
const PACKET = 32;
const PACKETS_IN_FLIGHT = 16;

const DEADLINE_MS = 10_000;
const SHOWN = 60;

/** Has a verifier judge reference answers as responses to their own problems. */
export interface AnswerCheck {
  /** Adds an answer; resolves with findings of earlier ones, when there is room for more. */
  look(problem: Problem, line: number): Promise<Finding[]>;
  /** Findings of all that are left. */
  end(): Promise<Finding[]>;
  close(): Promise<void>;
}

/**
 * Starts worker processes with a verifier.
 * @param verifier its name, or the absolute path of its module.
 * @param options as a recipe gives them.
 * @throws RlvrError as a pool does when there is no such verifier or its options are wrong.
 */
export async function startAnswerCheck(verifier: string, options: unknown): Promise<AnswerCheck> {
  const pool = createVerifierPool();
  const call = { verifier, options, deadlineMs: DEADLINE_MS };
  const inFlight: Promise<Finding[]>[] = [];
  let packet: { readonly problem: Problem; readonly line: number }[] = [];
  const send = (): void => {
    const sent = packet;
    packet = [];
    const items = sent.map(({ problem }) => ({ problem, response: problem.answer, answer: problem.answer }));
    const found = pool
      .verifyGroup({ ...call, items })
      .then((verdicts) =>
        sent.flatMap(({ problem, line }, index) => findingsOf(problem.answer, line, verdicts[index])),
      );
    // Awaited below, in order; until then a failure must not count as unhandled.
    found.catch(() => {});
    inFlight.push(found);
  };
  await pool.verifyGroup({ ...call, items: [] }).catch(async (error: unknown) => {
    await pool.close();
    throw error;
  });
  return {
    async look(problem, line) {
      packet.push({ problem, line });
      if (packet.length < PACKET) return [];
      send();
      return inFlight.length < PACKETS_IN_FLIGHT ? [] : ((await inFlight.shift()) ?? []);
    },
    async end() {
      if (packet.length > 0) send();
      return (await Promise.all(inFlight.splice(0))).flat();
    },
    close: () => pool.close(),
  };
}

function findingsOf(answer: string, line: number, verdict: Verdict | undefined): Finding[] {
  const quoted = JSON.stringify(answer.length > SHOWN ? `${answer.slice(0, SHOWN)}…` : answer);
  if (verdict?.status === "ok") {
    if (verdict.passed) return [];
    const read =
      verdict.extracted === null
        ? "reads no answer in it"
        : `reads ${JSON.stringify(verdict.extracted.slice(0, SHOWN))}`;
    return [
      finding("answer-rejected", line, `the verifier fails ${quoted} as a response to its own problem: it ${read}`),
    ];
  }
  const reason = verdict?.error.split("\n", 1)[0] ?? "no verdict";
  return verdict?.status === "skipped"
    ? [finding("answer-skipped", line, `the verifier has nothing to say of ${quoted}`)]
    : [finding("answer-unreadable", line, `the verifier cannot judge by ${quoted}: ${reason}`)];
}
