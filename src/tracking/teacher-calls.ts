import { eq, sql } from "drizzle-orm";
import { teacherCalls } from "../../db/schema/teacher-calls.ts";
import type { Connection } from "./database.ts";
import { now } from "./now.ts";
import { prepared } from "./prepared.ts";

/** A row of `teacher_calls`. */
export type TeacherCall = typeof teacherCalls.$inferSelect;

const selectCall = prepared((db) =>
  db
    .select()
    .from(teacherCalls)
    .where(eq(teacherCalls.sha256, sql.placeholder("sha256")))
    .prepare(),
);

/** The answered call of a request, or undefined when it was never answered. */
export function findTeacherCall(db: Connection, sha256: string): TeacherCall | undefined {
  return selectCall(db).get({ sha256 });
}

/** Keeps an answered call. Where another process was answered first, its answer stays. */
export function storeTeacherCall(db: Connection, call: Omit<TeacherCall, "at">): void {
  db.insert(teacherCalls)
    .values({ ...call, at: now() })
    .onConflictDoNothing()
    .run();
}
