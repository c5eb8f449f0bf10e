/**
 * Preloaded into an orchestrator under test (`node --import`): ends it with SIGKILL at one exact instant, so that every
 * instant can be tried. `KILL_AT=commit:N` is right after the N-th write that reached the database, `rename:N` right
 * after the N-th rename of a finished file or directory: before the commit that tells of it. `KILL_LOG=FILE` writes
 * instead, a line an instant, what the database then holds.
 */
import Database from "better-sqlite3";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [kind, wanted] = (process.env["KILL_AT"] ?? "").split(":");
const log = process.env["KILL_LOG"];
let commits = 0;
let renames = 0;

function reached(instant: "commit" | "rename", count: number, db?: Database.Database): void {
  if (kind === instant && count === Number(wanted)) process.kill(process.pid, "SIGKILL");
  if (log !== undefined)
    fs.appendFileSync(log, `${JSON.stringify({ instant: `${instant}:${count}`, holds: db && describe(db) })}\n`);
}

/** The phase of the newest step, the states of its groups, and what it has beyond its first choice. */
function describe(db: Database.Database): unknown {
  const tables = db
    .prepare("SELECT count(*) FROM sqlite_master WHERE name IN ('steps', 'groups', 'batches')")
    .pluck()
    .get();
  if (tables !== 3) return {};
  return db
    .prepare(
      `SELECT s.number AS step, s.phase, group_concat(DISTINCT g.state) AS states,
              (SELECT state FROM batches b WHERE b.step_id = s.id) AS batch, max(g.round) AS round,
              EXISTS (SELECT 1 FROM hints h JOIN groups hg ON hg.id = h.group_id WHERE hg.step_id = s.id
                      AND NOT EXISTS (SELECT 1 FROM rollouts r WHERE r.hint_id = h.id)) AS hint_chosen,
              EXISTS (SELECT 1 FROM rollouts r JOIN groups rg ON rg.id = r.group_id WHERE rg.step_id = s.id AND r.hint_id IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.rollout_id = r.id)) AS hint_sampled
       FROM steps s JOIN groups g ON g.step_id = s.id WHERE s.id = (SELECT max(id) FROM steps) GROUP BY s.id`,
    )
    .get();
}

const probe = new Database(":memory:");
const statement = Object.getPrototypeOf(probe.prepare("SELECT 1")) as Database.Statement;
const { run } = statement;
statement.run = function (this: Database.Statement, ...parameters: unknown[]) {
  const result = run.apply(this, parameters);
  if (!this.database.inTransaction && this.database.name.endsWith("rlvr.db"))
    reached("commit", ++commits, this.database);
  return result;
};
const { transaction } = Database.prototype;
Database.prototype.transaction = function (this: Database.Database, work: (...values: unknown[]) => unknown) {
  // The database, for the functions below, which have another `this`.
  // eslint-disable-next-line typescript/no-this-alias
  const database = this;
  const inner = transaction.call(this, work);
  const wrap = (call: (...values: unknown[]) => unknown) =>
    function (this: unknown, ...values: unknown[]): unknown {
      const result = call.apply(this, values);
      if (!database.inTransaction && database.name.endsWith("rlvr.db")) reached("commit", ++commits, database);
      return result;
    };
  return Object.assign(wrap(inner), {
    default: wrap(inner.default),
    deferred: wrap(inner.deferred),
    immediate: wrap(inner.immediate),
    exclusive: wrap(inner.exclusive),
  });
} as typeof transaction;

const { renameSync } = fs;
fs.renameSync = (from, to) => {
  renameSync(from, to);
  reached("rename", ++renames);
};
syncBuiltinESMExports();
