/**
 * What read-only SQL must refuse, at the command line and in the dashboard alike: what it is, the statement, and a part
 * of the message.
 * @param table one that there is.
 * @param otherFile a file that there is not, which must not come to be.
 */
export function refusedStatements(
  table: string,
  otherFile: string,
): readonly (readonly [what: string, statement: string, message: string])[] {
  return [
    ["DELETE", `DELETE FROM ${table}`, "it writes"],
    ["a write that gives rows", `DELETE FROM ${table} RETURNING id`, "it writes"],
    ["DDL", "CREATE TABLE t (x)", "it writes"],
    ["ATTACH", `ATTACH '${otherFile}' AS o`, "it gives no rows"],
    ["VACUUM INTO", `VACUUM INTO '${otherFile}'`, "refused"],
    ["two statements", `SELECT 1; DELETE FROM ${table}`, "more than one statement"],
    ["no statement", "/* nothing */", "no statements"],
    ["BEGIN", "BEGIN IMMEDIATE", "refused"],
    ["a journal mode", "PRAGMA journal_mode=DELETE", "journal_mode is refused"],
    [
      "a pragma behind comments",
      "/* a */ -- b\n explain ; PRAGMA main.journal_mode(DELETE)",
      "journal_mode is refused",
    ],
    ["a quoted pragma", 'PRAGMA "journal_mode"=DELETE', "refused"],
    ["a pragma with a comment inside", "PRAGMA/**/journal_mode=DELETE", "refused"],
    ["a writable pragma with a value", "PRAGMA user_version=7", "refused with a value"],
    ["a checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)", "wal_checkpoint is refused"],
    ["query_only", "PRAGMA query_only=0", "query_only is refused"],
  ];
}
