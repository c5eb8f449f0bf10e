import type { Database } from "../tracking/database.ts";
import type { RunRow } from "../tracking/runs.ts";
import type { ComparedEvaluations } from "./answers.ts";
import type { Page } from "./page.ts";

/** What the end of a trainer's attempt looks like on disk. */
export interface TrainerFiles {
  /** Its newest heartbeat and how old that is; null where there is none. */
  readonly heartbeat: { readonly counter: number; readonly phase: string; readonly ageSeconds: number } | null;
  /** The end of what its process printed; null where there is nothing. */
  readonly log: string | null;
}

/** A token by the tokenizer of a policy. */
export interface DecodedToken {
  /** What it adds to the text; of a special token, which adds nothing, what it stands as in a rendered prompt. */
  readonly text: string;
  readonly isSpecial: boolean;
}

/** Where the files of a run lie. */
export interface RunFiles {
  /** The run's own folder. */
  readonly folder: string;
  /** The log of the policy server that the run starts, and the end of what it holds; null where there is none. */
  readonly serverLog: { readonly path: string; readonly text: string } | null;
}

/** Advantage of each token of a rollout that is trained. */
export type TokenAdvantages = (
  run: RunRow,
  rollout: {
    readonly advantage: number;
    readonly logprobs: readonly number[];
    readonly teacherLogprobs: readonly number[] | null;
  },
) => readonly number[];

/** An evaluation by its run and the step after which it was made. */
export interface EvaluationPlace {
  readonly run: number;
  readonly step: number;
}

/** What the dashboard works with: what it must not import comes from the command that starts it. */
export interface DashboardParts {
  /** An open database; nothing is ever written to it. */
  readonly db: Database;
  /** Its file, for the process that runs people's SQL. */
  readonly databasePath: string;
  /** The built page; undefined serves the API alone. */
  readonly page: Page | undefined;
  /** Address that the server listens on. */
  readonly host: string;
  /** What every request must bring. */
  readonly token: string;
  /**
   * Tokens as texts, by the tokenizer of a policy's directory.
   * @throws RlvrError where that tokenizer is not to be had.
   */
  readonly decodeTokens: (modelDirectory: string, ids: readonly number[]) => Promise<readonly DecodedToken[]>;
  readonly tokenAdvantages: TokenAdvantages;
  readonly trainerFiles: (runId: number, epoch: number) => TrainerFiles;
  readonly runFiles: (runId: number) => RunFiles;
  /**
   * Compares two finished evaluations problem by problem.
   * @throws RlvrError `bad_usage` where there is no such evaluation, or they are not of the same problems.
   */
  readonly compareEvaluations: (request: {
    readonly suite: string;
    readonly a: EvaluationPlace;
    readonly b: EvaluationPlace;
  }) => Promise<ComparedEvaluations>;
  /** Bytes of the files of runs, by id; null of one that was not measured yet, or whose files are not to be looked at. */
  readonly runSizes: (runIds: readonly number[]) => ReadonlyMap<number, number | null>;
  /** Told of faults that no request is to blame for. */
  readonly onFault: (error: unknown) => void;
}
