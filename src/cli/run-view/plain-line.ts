import { oneLine } from "../printable.ts";
import { leftOutText } from "../../run/start/left-out-text.ts";
import type { RunEvent } from "../../run/events.ts";
import { counted } from "../../report/story/words.ts";
import { changeText, editedText, forkText, replicaText } from "./event-texts.ts";
import { cliffsOf } from "./cliffs.ts";
import { changedGeneratorText, changedVerifierText, fileText, missingText, reading, secondsOf } from "./format.ts";
import { sourceResults } from "../../tracking/evals.ts";
import { share } from "../../core/texts/share-text.ts";

/** The line that an event is worth where no terminal is, or undefined. */
export function plainLine(event: RunEvent, steps: number): string | undefined {
  switch (event.type) {
    case "run_started":
      return `run ${event.runId} (${oneLine(event.name)})${forkText(event.forkedFrom)}: ${counted(event.steps, "step")}, seed ${event.seed}, tracked in ${event.database}`;
    case "run_resumed":
      return `run ${event.runId} (${oneLine(event.name)}) goes on after step ${event.step} of ${event.steps}, tracked in ${event.database}`;
    case "problems_left_out":
      return oneLine(leftOutText(event));
    case "recipe_changed":
      return changeText(event);
    case "sources_edited":
      return editedText(event);
    case "eval_finished": {
      const arms = event.arms.map(({ arm, accuracy }) => `${oneLine(arm)} ${share(accuracy)}`);
      const sources = sourceResults(event.arms).map(
        ({ source, accuracy }) => `all of ${oneLine(source)} ${share(accuracy)}`,
      );
      return `held-out accuracy after step ${event.step} (${event.suite}):  ${[...arms, ...sources].join("  ")}`;
    }
    case "group_dropped":
      return `group ${event.slot} of step ${event.step} (${oneLine(event.arm)}) was dropped, ${event.reason.replaceAll("_", " ")}: ${oneLine(event.detail)}`;
    case "batch_quarantined":
      return `alarm: the batch of step ${event.step} is quarantined (${event.quarantined} so far; the run ends at ${event.most}), the policy stays at version ${event.policyVersion}: ${oneLine(event.reason)}`;
    case "step_finished": {
      const arms = Object.entries(event.passRateByArm).map(([arm, rate]) => `${oneLine(arm)} ${share(rate)}`);
      const { loss } = event.train;
      const { cliffs, hinted } = cliffsOf(event);
      return [
        `step ${event.step}/${steps}  reward ${reading(event.reward)}`,
        ...arms,
        `trained ${event.trained}/${event.rollouts}`,
        ...Object.entries(event.droppedGroups).map(
          ([why, count]) => `${counted(count, "group")} dropped, ${why.replaceAll("_", " ")}`,
        ),
        ...(loss === undefined ? [] : [`loss ${loss.toFixed(4)}`]),
        ...(event.teacherKl === null ? [] : [`KL to the teacher ${event.teacherKl.toFixed(4)}`]),
        ...(cliffs > 0 ? [`cliffs ${cliffs} (hinted ${hinted})`] : []),
        ...(event.missing === null ? [] : [oneLine(missingText(event.missing))]),
        ...(event.tokensPerSecond === null ? [] : [`${Math.round(event.tokensPerSecond)} tokens/s`]),
        `${secondsOf(event).toFixed(2)} s`,
      ].join("  ");
    }
    case "alarm":
      return `alarm ${event.alarm} after step ${event.step}: ${oneLine(event.message)}`;
    case "verifier_changed":
      return oneLine(changedVerifierText(event));
    case "generators_configured":
      return event.changed.length === 0 ? undefined : oneLine(changedGeneratorText(event));
    case "trainer_state":
      return event.state === "lost" || event.state === "failed"
        ? `trainer epoch ${event.epoch} ${event.state}: ${oneLine(event.detail)}`
        : undefined;
    case "checkpoint_passed_over":
    case "export_lost":
      return oneLine(fileText(event));
    case "policy_starting":
      return `starting the policy server, its log is ${oneLine(event.log)}`;
    case "policy_restarted":
      return `the policy server ended and was started again: ${oneLine(event.reason)}`;
    case "replica_state":
      return replicaText(event);
    case "run_ended":
      return `run ${event.state} after step ${event.step}${event.reason === null ? "" : `: ${oneLine(event.reason)}`}`;
    case "eval_progress":
    case "group_finished":
    case "phase_finished":
    case "phase_started":
    case "software_used":
    case "step_started":
    case "verifiers_configured":
    case "weights_loaded":
      return undefined;
  }
}
