/**
 * Kills a short run at many instants and resumes it: `node test/resume/kill-study.ts`. Prints a table and exits with 1
 * when any resumed run differs from the uninterrupted one, or left a process or a file behind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseInstants, killAndResume, runUninterrupted, type Kill } from "./kill-and-resume.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-kills-"));
const reference = await runUninterrupted(folder);
/** Events of the run after which its children are killed, and how long after, in milliseconds. */
const EVENTS: readonly (readonly [Readonly<Record<string, unknown>>, number])[] = [
  [{ type: "eval_progress", step: 0 }, 0],
  [{ type: "step_started", step: 1 }, 0],
  [{ type: "group_finished", step: 2, done: 2 }, 0],
  [{ type: "group_finished", step: 2, done: 6 }, 20],
  [{ type: "eval_progress", step: 2 }, 0],
];

function childKills(target: "policy" | "trainer"): Kill[] {
  return EVENTS.map(([event, delayMs]) => {
    const when = `${delayMs === 0 ? "at" : `${delayMs} ms after`} ${Object.values(event).join(" ")}`;
    return { target, event, delayMs, when };
  });
}

const kills: Kill[] = [
  ...chooseInstants(reference.instants).map((instant): Kill => ({ target: "orchestrator", ...instant })),
  ...childKills("policy"),
  ...childKills("trainer"),
];
let failures = 0;
for (const [index, kill] of kills.entries()) {
  const result = await killAndResume(join(folder, `kill-${index}`), kill, reference);
  if (result.faults.length > 0) failures++;
  const verdict = result.faults.length === 0 ? "equal" : `DIFFERS: ${result.faults.join("; ")}`;
  console.log(`${kill.target.padEnd(13)} ${kill.when.padEnd(52)} checkpoint ${result.sha256.slice(0, 12)}  ${verdict}`);
}
console.log(
  `uninterrupted: checkpoint ${reference.sha256.slice(0, 12)}; ${kills.length - failures} of ${kills.length} kills equal`,
);
rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
