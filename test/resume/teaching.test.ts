import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";
import { scriptedTeacher } from "../support/scripted/scripted-teacher.ts";
import { naturalDump } from "./natural-dump.ts";

const CHANGES = {
  teacher: { url: "http://127.0.0.1:1" },
  objective: { name: "grpo", old: "recompute", teacher_coef: 0.5 },
  // A hinted rollout is scored and trained under the prompt that it was sampled under.
  scaffold: { name: "scaf-grpo", exemption: 0.3, trained_under: "hinted" },
};
let folder: string;
let whole: ScriptedRun;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-resume-teaching-"));
  whole = await scriptedRun(join(folder, "whole"), CHANGES);
  await whole.work({ ports: { openTeacher: scriptedTeacher([]) } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How many rollouts of a run have a teacher's log-probabilities. */
function scoredIn({ db }: ScriptedRun): number {
  const query = "SELECT count(*) FROM rollout_payloads WHERE teacher_logprobs IS NOT NULL";
  return db.$client.prepare(query).pluck().get() as number;
}

test("the teacher scores exactly the rollouts that are trained, hinted ones too", () => {
  const rows = whole.db.$client
    .prepare(
      `SELECT c.batch_id IS NOT NULL AS is_trained, r.hint_id IS NOT NULL AS is_hinted,
              length(x.teacher_logprobs) / 4.0 / r.tokens AS share
       FROM rollouts r JOIN credits c ON c.rollout_id = r.id JOIN rollout_payloads x ON x.rollout_id = r.id GROUP BY 1, 2, 3`,
    )
    .all();
  expect(rows).toEqual([
    { is_trained: 0, is_hinted: 0, share: null },
    { is_trained: 0, is_hinted: 1, share: null },
    { is_trained: 1, is_hinted: 0, share: 1 },
    { is_trained: 1, is_hinted: 1, share: 1 },
  ]);
});

/** The moment at which a run crashes: an event, or the sequence of this number that its teacher is asked to score. */
const CRASHES: readonly [when: string, isHere: (event: RunEvent) => boolean, sequence: number][] = [
  ["while a group is taught", () => false, 10],
  [
    "when a batch is planned",
    ({ type, ...event }) => type === "phase_started" && "phase" in event && event.phase === "train",
    Infinity,
  ],
];

for (const [when, isHere, sequence] of CRASHES)
  test(`a run that crashes ${when} ends the same, and asks the teacher for nothing that is stored`, async () => {
    const crashed = await scriptedRun(join(folder, when), CHANGES);
    const scored: number[][] = [];
    const teacher = scriptedTeacher(scored);
    const openTeacher: typeof teacher = async (...args) => {
      const { score, ...rest } = await teacher(...args);
      return {
        ...rest,
        score: (request) => (scored.length < sequence ? score(request) : Promise.reject(new Error("crashed"))),
      };
    };
    const listen = (event: RunEvent): void => {
      if (isHere(event)) throw new Error("crashed");
    };
    await expect(crashed.work({ listen, ports: { openTeacher } })).rejects.toThrow("crashed");
    const stored = scoredIn(crashed);
    expect(stored).toBeGreaterThan(0);
    const again: number[][] = [];
    await crashed.work({ ports: { openTeacher: scriptedTeacher(again) } });
    expect(crashed.hash()).toBe(whole.hash());
    expect(naturalDump(crashed.databasePath)).toEqual(naturalDump(whole.databasePath));
    // And one prompt, to see whether the teacher is the same.
    expect(again).toHaveLength(scoredIn(crashed) - stored + 1);
  });
