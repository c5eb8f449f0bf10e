import { sizeText } from "../../core/texts/size-text.ts";
import { cutText } from "../../core/texts/cut-text.ts";
import type { RunCheck } from "../../run/check/check-run.ts";
import type { TriedProblem, TriedRollout } from "../../run/check/rehearse.ts";
import { asStarted } from "../command-name.ts";
import { oneLine, printable } from "../printable.ts";
import { duration, reading } from "../run-view/format.ts";
import { table } from "../table.ts";

/** Characters of a prompt and of a rollout that are shown. */
const [PROMPT_SHOWN, ROLLOUT_SHOWN] = [1200, 200];

/** What a check found, as text. Pure but for the name that rlvr was started by. */
export function checkText(check: RunCheck, command: string): string {
  const faults = check.findings.filter(({ level }) => level === "fault").length;
  return [
    problemsText(check),
    ...check.tried.map((problem, place) => triedText(problem, place + 1)),
    estimatesText(check),
    ...check.findings.map(
      ({ level, text, advice }) => `${level === "fault" ? "!" : "?"} ${oneLine(text)}\n  ${asStarted(advice)}`,
    ),
    faults === 0
      ? `Nothing is in the way of ${check.name}. Start it with: ${asStarted(command)}`
      : `${faults === 1 ? "A fault is" : `${faults} faults are`} in the way of ${check.name}.`,
  ].join("\n\n");
}

function problemsText({ problems, leftOut, verifiers, maxModelLength, maxTokens }: RunCheck): string {
  const isMixed = problems.some(({ source }) => source !== null);
  const rows = problems.map(({ set, source, path, problems: count, arms, hinted }) => [
    set,
    ...(isMixed ? [source ?? ""] : []),
    count.toLocaleString("en-US"),
    String(arms),
    String(hinted),
    path,
  ]);
  const left = leftOut === 0 ? "every prompt fits" : `${leftOut} problems are left out: their prompts are too long`;
  return [
    table(["set", ...(isMixed ? ["source"] : []), "problems", "arms", "with hints", "file"], rows),
    "",
    `context    ${maxModelLength} tokens, ${maxTokens} of them for a completion; ${left}`,
    `verifiers  ${verifiers.map(({ source, label, version }) => `${source === null ? "" : `${source}: `}${oneLine(label)} ${oneLine(version)}`).join(", ")}`,
  ].join("\n");
}

function triedText({ key, arm, prompt, promptTokens, hinted, rollouts }: TriedProblem, number: number): string {
  const passed = rollouts.filter((rollout) => rollout.passed === true).length;
  // The best and the worst, so that one sees what the verifiers tell apart.
  const byReward = rollouts.toSorted((a, b) => (b.reward ?? -Infinity) - (a.reward ?? -Infinity));
  const shown = [...new Set([byReward[0], byReward.at(-1)])].filter((rollout) => rollout !== undefined);
  const quoted = (text: string): string[] =>
    printable(cutText(text, PROMPT_SHOWN))
      .split("\n")
      .map((line) => `  | ${line}`);
  return [
    `Problem ${number}: ${oneLine(key)} (arm ${oneLine(arm)}), ${promptTokens} tokens; ${passed} of ${rollouts.length} rollouts passed`,
    ...quoted(prompt),
    ...(number === 1 && hinted !== undefined ? ["  with its strongest hint:", ...quoted(hinted)] : []),
    ...shown.map(rolloutText),
  ].join("\n");
}

function rolloutText({ text, tokens, truncated, reward, errors }: TriedRollout): string {
  const verdict = errors[0] === undefined ? `reward ${reading(reward)}` : `no reward: ${oneLine(errors[0].message)}`;
  return `  > ${oneLine(cutText(text, ROLLOUT_SHOWN))}\n    ${verdict}, ${tokens} tokens${truncated ? ", cut" : ""}`;
}

/** Seconds with a decimal where they are few. */
function seconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} s` : duration(value);
}

function estimatesText({ steps, sampling, memory, disk, size }: RunCheck): string {
  const { ready, training, machine } = memory;
  const { use, free, folder } = disk;
  const speed =
    `${sampling.measuredRollouts} rollouts with ${sampling.measuredTokens} tokens took ` +
    `${sampling.measuredSeconds.toFixed(1)} s here`;
  return [
    `time    about ${seconds(sampling.step)} of sampling a step, ${seconds(sampling.run)} in ${steps} steps with their evaluations`,
    `        (${speed}; more of them at once usually go faster. Training comes on top and is not measured.)`,
    ready === undefined
      ? "memory  not known: this machine's ps does not tell"
      : `memory  ${sizeText(ready)} in use by the policy server, trainer and verifiers before any training, of ${sizeText(machine)}`,
    training === undefined || size === undefined
      ? "        (what training adds is not known: the model's config.json does not tell its sizes)"
      : `        (training adds ${sizeText(training)}: a gradient and two moments of AdamW, in float32, for ` +
        `${size.trained.toLocaleString("en-US")} trained values of ${size.parameters.toLocaleString("en-US")}; and activations)`,
    use === undefined
      ? `disk    ${sizeText(free)} free at ${folder}`
      : `disk    up to ${sizeText(use.total)} of the ${sizeText(free)} free at ${folder}`,
    ...(use === undefined
      ? []
      : [
          `        (${use.versions} versions at once, ${sizeText(use.checkpoint)} a checkpoint and ${sizeText(use.export)} its ` +
            `weights; a database of ${sizeText(use.database)}, by the tokens above)`,
        ]),
  ].join("\n");
}
