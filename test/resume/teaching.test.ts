import Database from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { startPolicyServer, type PolicyProcess } from "../../src/policy/policy-process.ts";
import { startTeacherProxy, type TeacherProxy } from "../support/teacher-proxy.ts";
import { chooseInstants, killAndResume, runUninterrupted, type Reference } from "./kill-and-resume.ts";

const MINUTES = 60_000;
let folder: string;
let server: PolicyProcess;
let teacher: TeacherProxy;
let changes: Record<string, unknown>;
let reference: Reference;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-resume-teaching-"));
  server = await startPolicyServer({
    modelDirectory: packagePath("policies/tiny"),
    weights: packagePath("policies/tiny/bases/seed-4.safetensors"),
    mode: "deterministic",
  });
  teacher = await startTeacherProxy(server.url);
  changes = {
    teacher: { url: teacher.url },
    objective: { name: "grpo", old: "recompute", teacher_coef: 0.5 },
    // A hinted rollout is scored and trained under the prompt that it was sampled under.
    scaffold: { name: "scaf-grpo", exemption: 0.3, trained_under: "hinted" },
  };
  reference = await runUninterrupted(folder, changes);
}, 2 * MINUTES);

afterAll(async () => {
  await teacher.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** How many rollouts of a run's database have a teacher's log-probabilities. */
function scoredIn(cwd: string): number {
  const db = new Database(join(cwd, ".rlvr/rlvr.db"), { readonly: true });
  const count = db
    .prepare("SELECT count(*) FROM rollout_payloads WHERE teacher_logprobs IS NOT NULL")
    .pluck()
    .get() as number;
  db.close();
  return count;
}

test("the teacher scores exactly the rollouts that are trained, hinted ones too", () => {
  const db = new Database(join(folder, "uninterrupted/.rlvr/rlvr.db"), { readonly: true });
  const rows = db
    .prepare(
      `SELECT c.batch_id IS NOT NULL AS is_trained, r.hint_id IS NOT NULL AS is_hinted,
              length(x.teacher_logprobs) / 4.0 / r.tokens AS share
       FROM rollouts r JOIN credits c ON c.rollout_id = r.id JOIN rollout_payloads x ON x.rollout_id = r.id GROUP BY 1, 2, 3`,
    )
    .all() as { is_trained: number; is_hinted: number; share: number | null }[];
  db.close();
  expect(rows).toEqual([
    { is_trained: 0, is_hinted: 0, share: null },
    { is_trained: 0, is_hinted: 1, share: null },
    { is_trained: 1, is_hinted: 0, share: 1 },
    { is_trained: 1, is_hinted: 1, share: 1 },
  ]);
});

for (const wanted of ["a group half taught", "between the rename of a batch and its commit"]) {
  test(
    `a run that dies at: ${wanted}, ends the same, and asks the teacher for nothing that is stored`,
    async () => {
      const cwd = join(folder, wanted);
      const instant = chooseInstants(reference.instants).find(({ when }) => when === wanted);
      expect(instant).toBeDefined();
      if (instant === undefined) return;
      let stored = 0;
      const onKilled = (): void => {
        stored = scoredIn(cwd);
        teacher.scored.length = 0;
      };
      const kill = { target: "orchestrator", ...instant } as const;
      const result = await killAndResume(cwd, kill, reference, { changes, onKilled });
      expect(result).toEqual({ sha256: reference.sha256, faults: [] });
      expect(stored).toBeGreaterThan(0);
      // And one prompt, to see whether the teacher is the same.
      expect(teacher.scored).toHaveLength(scoredIn(cwd) - stored + 1);
    },
    MINUTES,
  );
}
