import { evaluateAsDue } from "./evaluate.ts";
import type { RunContext } from "../run-context.ts";

/** Evaluations that go on while the next step is made; see {@link createEvaluationAside}. */
export interface EvaluationAside {
  /** Begins those that are due after a step and not done yet; nothing where they were begun already. */
  begin(step: number): void;
  /** Waits for those that were begun. Throws what ended them. */
  settled(): Promise<void>;
  /** Ends them, and waits until nothing of them goes on. What they have of each problem stands. */
  stop(): Promise<void>;
}

/**
 * Evaluates beside the steps of a run (`evaluation.overlap`). It needs the weights that the servers have after the step:
 * whoever records the next version waits for it first ({@link EvaluationAside.settled}), so an unfinished evaluation is
 * always one of the newest version that a row tells of. That is the one served after a kill, too, and a resumed run
 * finishes it as it finishes any other.
 */
export function createEvaluationAside(context: RunContext): EvaluationAside {
  const stopping = new AbortController();
  const own = { ...context, signal: AbortSignal.any([context.signal, stopping.signal]) };
  let begun: { readonly step: number; readonly work: Promise<void> } | undefined;
  return {
    begin(step) {
      if (begun?.step === step) return;
      begun = { step, work: evaluateAsDue(own, step, false) };
      // Who waits for it sees the failure; until then it must not end the process.
      begun.work.catch(() => undefined);
    },
    async settled() {
      await begun?.work;
    },
    async stop() {
      stopping.abort();
      await begun?.work.catch(() => undefined);
    },
  };
}
