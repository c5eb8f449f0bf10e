import { withoutNegated } from "./without-negated.ts";
import type { AnswerSource } from "./answer-option.ts";
import { type Anchor, lastAnchor, lastFinalAnchor, lastOverridingAnchor } from "./find-anchors.ts";
import { type Boxed, findBoxed } from "./find-boxed.ts";
import { findTagged } from "./find-tagged.ts";
import { readStatement, type Statement } from "./read-statement.ts";

/** How strictly a statement is read: as a value and nothing else, as one that begins with its value, or with words around it. */
export type Strictness = "alone" | "first" | "anywhere";

/** How a kind of answer is read where a text states one; each gives null where it reads none. */
export interface AnswerReader<T> {
  boxed(boxed: Boxed): T | null;
  tagged(content: string): T | null;
  statement(statement: Statement, strictness: Strictness): T | null;
}

/** What a text states as its answer; `undefined` where it states none, null where it does and that cannot be read. */
export type Stated<T> = T | null | undefined;

/**
 * What a text states as its answer: the last boxes or `<answer>...</answer>`, unless it says further on what the final
 * answer is; without them what follows "the final answer is" or `####`, else what follows "the answer is".
 */
export function findStated<T>(text: string, { from, isCut }: AnswerSource, reader: AnswerReader<T>): Stated<T> {
  const boxed = findBoxed(text);
  if (from === "boxed") return boxed === null ? undefined : reader.boxed(boxed);
  const behind = (anchor: Anchor | null, given: string, strictness: Strictness): T | null => {
    const statement = anchor && readStatement(given, anchor);
    if (statement === null || (isCut && !statement.isFinished)) return null;
    return reader.statement(statement, strictness === "anywhere" && isCut ? "first" : strictness);
  };
  const tagged = findTagged(text);
  const isTagged = tagged !== null && tagged.start > (boxed?.end ?? 0);
  const end = isTagged ? tagged.end : boxed?.end;
  if (end !== undefined) {
    const rest = withoutNegated(text.slice(end));
    const overriding = behind(lastOverridingAnchor(rest), rest, "alone");
    if (overriding !== null) return overriding;
    return isTagged ? reader.tagged(tagged.content) : boxed && reader.boxed(boxed);
  }
  const given = withoutNegated(text);
  return behind(lastFinalAnchor(given), given, "anywhere") ?? behind(lastAnchor(given), given, "anywhere") ?? undefined;
}
