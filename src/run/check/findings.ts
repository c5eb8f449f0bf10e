import { sizeText } from "../../core/texts/size-text.ts";
import type { Rehearsal, TriedRollout } from "./rehearse.ts";

/** Something that a person should look at before the run. */
export interface CheckFinding {
  /** A fault would spoil the run; a warning may be meant. */
  readonly level: "fault" | "warning";
  readonly text: string;
  readonly advice: string;
}

/** Share of cut completions above which it is told. */
const MANY_CUT = 0.5;

/** What the rollouts of a rehearsal say against the recipe. Pure. */
export function rehearsalFindings({ problems }: Rehearsal): CheckFinding[] {
  const rollouts = problems.flatMap((problem) => problem.rollouts);
  const share = (isMeant: (rollout: TriedRollout) => boolean): number =>
    rollouts.filter(isMeant).length / Math.max(1, rollouts.length);
  const findings: CheckFinding[] = [];
  const failures = new Map(
    rollouts.flatMap(({ errors }) => errors.map(({ verifier, message }) => [verifier, message])),
  );
  for (const [verifier, message] of failures) {
    findings.push({
      level: "fault",
      text: `the verifier ${verifier} failed: ${message.split("\n", 1)[0]}`,
      advice: "Try it alone with: rlvr verify. A rollout without its verdict is not trained.",
    });
  }
  if (failures.size === 0 && share(({ reward }) => reward === null) === 1) {
    findings.push({
      level: "fault",
      text: "no rollout got a reward: no verifier had anything to say",
      advice: "Look at the rollouts above, and at what the recipe's verifiers need of a problem.",
    });
  }
  const cut = share(({ truncated }) => truncated);
  if (cut > MANY_CUT) {
    findings.push({
      level: "warning",
      text: `${Math.round(cut * 100)}% of the rollouts were cut at sampling.max_tokens`,
      advice: "Raise sampling.max_tokens, or ask for shorter answers in the prompt.",
    });
  }
  const told = rollouts.filter(({ reward }) => reward !== null);
  if (told.length > 1 && told.every(({ reward }) => reward === told[0]?.reward)) {
    findings.push({
      level: "warning",
      text: `all ${told.length} rollouts got the same reward, ${told[0]?.reward}: such groups teach nothing`,
      advice:
        "Look at the rollouts above: the problems may be too easy or too hard, or the prompt may not say how to give the " +
        "answer.",
    });
  }
  return findings;
}

/** What the room on a disk says against a recipe. Pure. */
export function diskFindings(needed: number, free: number, folder: string): CheckFinding[] {
  if (needed <= free) return [];
  return [
    {
      level: "fault",
      text: `the run may take ${sizeText(needed)} of the disk at ${folder}, where ${sizeText(free)} are free`,
      advice:
        "Free some space, put the database elsewhere with --db FILE, or keep fewer versions: checkpoints in docs/recipe.md.",
    },
  ];
}

/** What memory says against a recipe. Pure. */
export function memoryFindings(needed: number, machine: number): CheckFinding[] {
  if (needed <= machine) return [];
  return [
    {
      level: "fault",
      text: `training needs ${sizeText(needed)} of memory before any activation, this machine has ${sizeText(machine)}`,
      advice: "Train an adapter (trainer.torch.mode lora) or a smaller model.",
    },
  ];
}
