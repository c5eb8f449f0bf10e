import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isPresent } from "../src/core/files/files.ts";
import { stream } from "../src/core/random.ts";
import { openDatabase } from "../src/tracking/database.ts";
import { showProgress } from "../src/cli/progress-line.ts";
import { createCorpus } from "./synthetic/corpus.ts";
import { createInsert } from "./synthetic/inserts.ts";
import { writeProblems } from "./synthetic/problems.ts";
import {
  beginsJob,
  GROUPS,
  timeOf,
  writeEvaluation,
  writeJob,
  writeStep,
  type RunParts,
} from "./synthetic/write-run.ts";

/** Writes a database of so many rollouts of 200 tokens with all that hangs on them, in two runs. See bench/README.md. */

const { values } = parseArgs({
  options: {
    rollouts: { type: "string", default: "1000000" },
    db: { type: "string", default: join(tmpdir(), "rlvr-synthetic/rlvr.db") },
    seed: { type: "string", default: "1" },
  },
});
const path = resolve(values.db);
const wanted = Number(values.rollouts);
if (!Number.isSafeInteger(wanted) || wanted < 1000) fail("--rollouts: a whole number from 1000 is wanted.");
if (isPresent(path)) fail(`${path} is there already: delete it first, or name another with --db.`);

const PRACTICE_PROBLEMS = 2000;
const HELD_OUT_PROBLEMS = 400;
/** Share of the rollouts that the first, smaller run has. */
const FIRST_RUN = 0.02;
/** Rollouts of a step, about: eight a group, and those of the search for hints. */
const STEP_ROLLOUTS = GROUPS * 8.6;
/** Steps of one transaction. */
const TRANSACTION_STEPS = 20;

mkdirSync(dirname(path), { recursive: true });
const db = openDatabase(path);
const sqlite = db.$client;
// What a kill leaves half-written is deleted and made again: nothing need be safe before the end.
sqlite.pragma("synchronous = OFF");
sqlite.pragma("foreign_keys = OFF");
sqlite.pragma("cache_size = -524288");
sqlite.pragma("wal_autocheckpoint = 20000");
const insert = createInsert(sqlite);
const random = stream(Number(values.seed));
const corpus = createCorpus(random);
let written = 0;
const done = showProgress("writing", () => ({
  share: Math.min(1, written / wanted),
  numbers: `${written.toLocaleString("en")} rollouts`,
}));
try {
  const [practiceId, practice] = sqlite.transaction(() =>
    writeProblems(insert, random, "practice", PRACTICE_PROBLEMS),
  )();
  const [heldOutId, heldOut] = sqlite.transaction(() => writeProblems(insert, random, "held-out", HELD_OUT_PROBLEMS))();
  for (const [name, rollouts] of [
    ["first", Math.round(FIRST_RUN * wanted)],
    ["main", wanted - Math.round(FIRST_RUN * wanted)],
  ] as const) {
    const steps = Math.max(1, Math.round(rollouts / STEP_ROLLOUTS));
    const recipe = JSON.stringify({
      name,
      seed: 1,
      steps,
      policy: { model: resolve("policies/tiny") },
      sampling: { groups: GROUPS, group_size: 8, max_tokens: 256 },
      verifiers: [{ name: "math" }, { name: "format" }],
      objective: { name: name === "first" ? "grpo" : "dapo" },
      scaffold: { name: "scaf-grpo" },
      curriculum: { name: "sec" },
    });
    const runId = insert(
      "runs",
      name,
      "succeeded",
      1,
      recipe,
      "{{ problem }}",
      practiceId,
      heldOutId,
      heldOutId,
      "0.1.0",
      timeOf(0),
      timeOf(steps),
    );
    const parts: RunParts = {
      insert,
      random,
      corpus,
      runId,
      steps,
      practice,
      heldOut: { setId: heldOutId, problems: heldOut },
    };
    writeRun(parts);
  }
  sqlite.exec(`INSERT INTO eval_arms SELECT e.id, p.arm, count(DISTINCT x.problem_id), count(*), count(x.passed), total(x.passed)
               FROM evals e CROSS JOIN eval_results x ON x.eval_id = e.id CROSS JOIN problems p ON p.id = x.problem_id GROUP BY e.id, p.arm`);
  sqlite.pragma("wal_checkpoint(TRUNCATE)");
} finally {
  done();
}
const counts = sqlite
  .prepare("SELECT (SELECT count(*) FROM rollouts) AS rollouts, (SELECT max(number) FROM steps) AS steps")
  .get() as { rollouts: number; steps: number };
const bytes =
  (sqlite.pragma("page_count", { simple: true }) as number) * (sqlite.pragma("page_size", { simple: true }) as number);
db.$client.close();
process.stdout.write(
  `${path}: ${counts.rollouts} rollouts, ${counts.steps} steps in the longer run, ${(bytes / 1e9).toFixed(2)} GB\n`,
);

function writeRun(parts: RunParts): void {
  let jobId = 0;
  for (let first = 0; first <= parts.steps; first += TRANSACTION_STEPS)
    sqlite.transaction(() => {
      for (let step = first; step < first + TRANSACTION_STEPS && step <= parts.steps; step++) {
        if (step > 0) {
          if (beginsJob(step)) jobId = writeJob(parts, step);
          written += writeStep(parts, step, jobId);
        }
        writeEvaluation(parts, step);
      }
    })();
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
