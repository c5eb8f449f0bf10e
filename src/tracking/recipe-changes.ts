import { asc, eq } from "drizzle-orm";
import { recipeChanges, runs } from "../../db/schema/runs.ts";
import { hideStoredValue } from "../core/secrets/hide-stored-keys.ts";
import type { Connection } from "./database.ts";
import { now } from "./now.ts";
import { transact } from "./transaction.ts";

/** A row of `recipe_changes`. */
export type RecipeChangeRow = typeof recipeChanges.$inferSelect;

/** A change of an option of a run's recipe. */
export type NewRecipeChange = Omit<RecipeChangeRow, "id" | "runId" | "at">;

/** Writes a run's changed recipe and the changes that led to it, all or nothing. */
export function storeRecipeChanges(
  db: Connection,
  runId: number,
  recipe: unknown,
  changes: readonly NewRecipeChange[],
): void {
  transact(db, (tx) => {
    const at = now();
    tx.update(runs).set({ recipe }).where(eq(runs.id, runId)).run();
    tx.insert(recipeChanges)
      .values(changes.map((change) => ({ ...change, runId, at })))
      .run();
  });
}

/** The changes of a run's recipe, in the order in which they were made; without keys that older versions stored. */
export function recipeChangesOf(db: Connection, runId: number): RecipeChangeRow[] {
  const rows = db
    .select()
    .from(recipeChanges)
    .where(eq(recipeChanges.runId, runId))
    .orderBy(asc(recipeChanges.id))
    .all();
  return rows.map((row) => ({
    ...row,
    before: hideStoredValue(row.path, row.before),
    after: hideStoredValue(row.path, row.after),
  }));
}
