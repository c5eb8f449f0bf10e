import { and, asc, eq, gte } from "drizzle-orm";
import { groups } from "../../db/schema/groups.ts";
import { rolloutSpans } from "../../db/schema/rollouts.ts";
import { packFloat32, packInt32, unpackFloat32, unpackInt32 } from "../core/pack.ts";
import type { Connection } from "./database.ts";

/** A stretch of a rollout that one version of the weights drew. */
export interface Span {
  readonly policyVersion: number;
  readonly tokenIds: readonly number[];
  readonly logprobs: readonly number[];
  readonly text: string;
  /** Of the last one of a rollout; null where it was interrupted. */
  readonly finishReason: "stop" | "length" | null;
}

/** Which span of which rollout. */
export interface SpanPlace {
  readonly groupId: number;
  /** Number of the rollout in its group. */
  readonly number: number;
  readonly place: number;
}

/** Writes a span as soon as it has ended. */
export function storeSpan(db: Connection, at: SpanPlace, span: Span): void {
  const { policyVersion, tokenIds, logprobs, text, finishReason } = span;
  db.insert(rolloutSpans)
    .values({
      ...at,
      policyVersion,
      tokens: tokenIds.length,
      finishReason,
      tokenIds: packInt32(tokenIds),
      logprobs: packFloat32(logprobs),
      text,
    })
    .run();
}

/** The spans of a group's rollouts that are not whole yet, by number and in order, from a number on. */
export function unfoldedSpans(db: Connection, groupId: number, firstNumber: number): Map<number, Span[]> {
  const rows = db
    .select()
    .from(rolloutSpans)
    .where(and(eq(rolloutSpans.groupId, groupId), gte(rolloutSpans.number, firstNumber)))
    .orderBy(asc(rolloutSpans.number), asc(rolloutSpans.place))
    .all();
  return Map.groupBy(
    rows.map(({ tokenIds, logprobs, text, ...row }) => ({
      ...row,
      tokenIds: tokenIds === null ? [] : unpackInt32(tokenIds),
      logprobs: logprobs === null ? [] : unpackFloat32(logprobs),
      text: text ?? "",
    })),
    ({ number }) => number,
  );
}

/** Lets go of the tokens of spans whose rollouts have them now; which version drew how many of them stays. */
export function foldSpans(db: Connection, groupId: number): void {
  db.update(rolloutSpans)
    .set({ tokenIds: null, logprobs: null, text: null })
    .where(eq(rolloutSpans.groupId, groupId))
    .run();
}

/** The version of each token of the rollouts of a step that were drawn in spans, by group and number. */
export function versionsOfStep(db: Connection, stepId: number): Map<number, Map<number, number[]>> {
  const rows = db
    .select({
      groupId: rolloutSpans.groupId,
      number: rolloutSpans.number,
      policyVersion: rolloutSpans.policyVersion,
      tokens: rolloutSpans.tokens,
    })
    .from(rolloutSpans)
    .innerJoin(groups, eq(groups.id, rolloutSpans.groupId))
    .where(eq(groups.stepId, stepId))
    .orderBy(asc(rolloutSpans.groupId), asc(rolloutSpans.number), asc(rolloutSpans.place))
    .all();
  const versions = new Map<number, Map<number, number[]>>();
  for (const { groupId, number, policyVersion, tokens } of rows) {
    const ofGroup = versions.get(groupId) ?? new Map<number, number[]>();
    const ofRollout = ofGroup.get(number) ?? [];
    for (let token = 0; token < tokens; token++) ofRollout.push(policyVersion);
    versions.set(groupId, ofGroup.set(number, ofRollout));
  }
  return versions;
}
