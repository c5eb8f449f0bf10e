import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printedLines } from "./printed-lines.ts";

/** The sides of the comparison. */
export const SIDES = ["trl", "deterministic", "fast"] as const;
/** One side: TRL, or rlvr in one of its policy modes. */
export type Side = (typeof SIDES)[number];

/** What a block prints for each step. */
export interface StepLine {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Wall time since the end of the step before. */
  readonly ms: number;
  /** Seconds of each phase. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Sequences and completion tokens that were trained. */
  readonly sequences: number;
  readonly tokens: number;
  /** Parameters of the model. */
  readonly parameters: number;
}

/** How blocks are run. */
export interface BlockOptions {
  readonly steps: number;
  readonly seed: number;
  /** Width of the MLP of TRL's model. */
  readonly intermediate: number;
}

/** What every step has to train: 16 prompts x 8 completions x 24 tokens. */
const SEQUENCES = 16 * 8;
const TOKENS = SEQUENCES * 24;

const HERE = import.meta.dirname;
/** Python that has bench/requirements.txt. */
export const PYTHON = join(HERE, ".venv/bin/python");
/** Folder of the policy that bench/build-policy.sh makes. */
export const POLICY = join(HERE, ".policy");

/** With its defaults glibc gives memory back after each step and faults it in again, which slows PyTorch down a lot. */
const TUNED_MALLOC = { MALLOC_MMAP_THRESHOLD_: String(2 ** 32), MALLOC_TRIM_THRESHOLD_: String(2 ** 32) };

/**
 * Runs a block in a fresh process.
 * @throws when the process fails, or a step trained another number of sequences or tokens than the comparison says.
 */
export async function runBlock(side: Side, options: BlockOptions): Promise<StepLine[]> {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-bench-"));
  try {
    const common = ["--steps", String(options.steps), "--seed", String(options.seed)];
    const text =
      side === "trl"
        ? await printedLines(
            PYTHON,
            [join(HERE, "trl_step.py"), ...common, "--intermediate", String(options.intermediate)],
            {
              ...process.env,
              ...TUNED_MALLOC,
            },
          )
        : await printedLines(
            process.execPath,
            [join(HERE, "rlvr-step.ts"), ...common, "--mode", side, "--folder", folder],
            process.env,
          );
    const lines = text.map((line) => JSON.parse(line) as StepLine);
    for (const line of lines) requireSameWork(side, line);
    return lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function requireSameWork(side: Side, { step, sequences, tokens }: StepLine): void {
  if (sequences === SEQUENCES && tokens === TOKENS) return;
  throw new Error(
    `${side} trained ${sequences} sequences and ${tokens} tokens in step ${step}, not ${SEQUENCES} and ${TOKENS}`,
  );
}
