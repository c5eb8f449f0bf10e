import { asc, eq, sql } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { credits, rolloutPayloads, rollouts, tokenStats } from "../../db/schema/rollouts.ts";
import { packFloat16, unpackFloat32 } from "../core/pack.ts";
import type { Connection } from "./database.ts";
import { prepared } from "./prepared.ts";

/** What a trainer computed of the tokens of a rollout, in nats; see db/schema/rollouts.ts. */
export interface NewTokenStats {
  readonly rolloutId: number;
  /** The trainer's log-probability less the sampler's. */
  readonly logRatios: readonly number[];
  readonly entropies: readonly number[];
}

/** The rollouts that a batch trains, by slot and number. */
export function rolloutsOfBatch(db: Connection, batchId: number) {
  return db
    .select({ id: rollouts.id, slot: groups.slot, number: rollouts.number, replaces: rollouts.replaces })
    .from(credits)
    .innerJoin(rollouts, eq(rollouts.id, credits.rolloutId))
    .innerJoin(groups, eq(groups.id, rollouts.groupId))
    .where(eq(credits.batchId, batchId))
    .orderBy(asc(groups.slot), asc(rollouts.number))
    .all();
}

const selectLogprobs = prepared((db) =>
  db
    .select({ logprobs: rolloutPayloads.logprobs })
    .from(rolloutPayloads)
    .where(eq(rolloutPayloads.rolloutId, sql.placeholder("rolloutId")))
    .prepare(),
);

/** Log-probabilities of a rollout's tokens under the policy that sampled it. */
export function samplerLogprobs(db: Connection, rolloutId: number): number[] {
  const row = selectLogprobs(db).get({ rolloutId });
  return row === undefined ? [] : unpackFloat32(row.logprobs);
}

const insertStats = prepared((db) =>
  db
    .insert(tokenStats)
    .values({
      rolloutId: sql.placeholder("rolloutId"),
      logRatios: sql.placeholder("logRatios"),
      entropies: sql.placeholder("entropies"),
    })
    .prepare(),
);

/** Writes what a trainer computed of the tokens of rollouts; one rollout is held at a time. */
export function storeTokenStats(db: Connection, stats: Iterable<NewTokenStats>): void {
  const insert = insertStats(db);
  for (const { rolloutId, logRatios, entropies } of stats)
    insert.run({ rolloutId, logRatios: packFloat16(logRatios), entropies: packFloat16(entropies) });
}
