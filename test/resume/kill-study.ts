/**
 * Kills a short run at many instants and resumes it: `node test/resume/kill-study.ts`. Prints a table and exits with 1
 * when any resumed run differs from the uninterrupted one, or left a process or a file behind. With `fork` it does so with a
 * fork of a run, which must do what its parent went on to do; with `depth 2 100` with a run of that `pipeline.depth`, at a
 * hundred instants over all of it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  chooseInstants,
  forkOf,
  killAndResume,
  pipelined,
  runParent,
  runUninterrupted,
  spreadInstants,
  type Kill,
} from "./kill-and-resume.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-kills-"));
const [, , mode, depth, count] = process.argv;
const isFork = mode === "fork";
const parent = join(folder, "parent");
const wanted = isFork ? await runParent(parent) : undefined;
const scenario = isFork ? forkOf(parent) : mode === "depth" ? pipelined(Number(depth)) : undefined;
const reference = await runUninterrupted(folder, scenario);
if (wanted !== undefined && !isDeepStrictEqual(reference.dump, wanted))
  throw new Error("the fork differs from its parent without a kill");
/** Events of the run after which its children are killed, and how long after, in milliseconds. */
const EVENTS: readonly (readonly [Readonly<Record<string, unknown>>, number])[] = [
  [{ type: "eval_progress", step: 0 }, 0],
  [{ type: "step_started", step: 1 }, 0],
  [{ type: "group_finished", step: 2, done: 2 }, 0],
  [{ type: "group_finished", step: 2, done: 6 }, 20],
  [{ type: "eval_progress", step: 2 }, 0],
];

function childKills(target: "policy" | "trainer"): Kill[] {
  // A fork begins with the second step.
  return EVENTS.filter(([{ step }]) => !isFork || step === 2).map(([event, delayMs]) => {
    const when = `${delayMs === 0 ? "at" : `${delayMs} ms after`} ${Object.values(event).join(" ")}`;
    return { target, event, delayMs, when };
  });
}

/** What only a fork does, before its first step: it takes its version's files, and writes its rows. */
function forkKills(): Kill[] {
  const before = reference.instants.findIndex(({ holds }) => holds?.step === 2);
  return reference.instants
    .slice(0, before)
    .map(({ instant }): Kill => ({ target: "orchestrator", at: instant, when: `before its first step: ${instant}` }));
}

const kills: Kill[] = [
  ...(isFork ? forkKills() : []),
  ...(mode === "depth" ? spreadInstants(reference.instants, Number(count)) : chooseInstants(reference.instants)).map(
    (instant): Kill => ({ target: "orchestrator", ...instant }),
  ),
  ...childKills("policy"),
  ...childKills("trainer"),
];
let failures = 0;
for (const [index, kill] of kills.entries()) {
  const result = await killAndResume(join(folder, `kill-${index}`), kill, reference, scenario);
  if (result.faults.length > 0) failures++;
  const verdict = result.faults.length === 0 ? "equal" : `DIFFERS: ${result.faults.join("; ")}`;
  console.log(`${kill.target.padEnd(13)} ${kill.when.padEnd(52)} checkpoint ${result.sha256.slice(0, 12)}  ${verdict}`);
}
console.log(
  `uninterrupted: checkpoint ${reference.sha256.slice(0, 12)}; ${kills.length - failures} of ${kills.length} kills equal`,
);
rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
