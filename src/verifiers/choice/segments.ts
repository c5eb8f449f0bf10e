import { phrases } from "./phrase-patterns.ts";

/** A part of a response between words that take back what was said. */
export interface Segment {
  readonly text: string;
  /** Whether it begins with words that take back what was said before, as "Wait, that is wrong" does and "Wait" does not. */
  readonly withdraws: boolean;
}

// Every repetition in these patterns is bounded.

const WRONG = String.raw`(?:wrong|incorrect|not right|not correct|a mistake|an error)(?!\w)`;
const IS_WRONG = String.raw`(?:that|this|it)(?:['’]s| is| was) ${WRONG}`;
const ERRED = String.raw`I (?:was (?:wrong|mistaken)(?! (?:to|that|about (?!that|this|it)))|made (?:a|an) (?:\w{1,15} )?(?:mistake|error)|mis(?:read|calculated|counted|took|understood))(?!\w)`;
const OWN = String.raw`(?:my|the|this|that) (?:(?:first|previous|earlier|above|initial|last) ){0,2}answer (?:is|was) ${WRONG}`;
const SIGH = String.raw`(?:no|nope|wait|hmm+|oh|oops|sorry|actually|hold on|ah|but)[,.!…\s—–-]{1,3}`;

/** Sentences that withdraw the answer before them, whether or not another one follows. */
const WITHDRAWAL = String.raw`(?:${SIGH}){1,3}(?:I (?:think|believe|see) )?(?:${IS_WRONG}|${ERRED})|${ERRED}|${OWN}|(?:scratch|strike) that(?!\w)`;
/** Words that begin another thought: what is answered behind them stands for what was answered before. */
const DOUBT =
  String.raw`(?:no|nope)(?=[,.!:—–]|[ …]{1,3}wait)|(?:wait|hold on|hmm+|actually|sorry|oops|correction|edit|rather)(?!\w)` +
  String.raw`|on second thoughts?|my (?:mistake|bad|apologies)|${IS_WRONG}` +
  String.raw`|(?:let me|let['’]s|I (?:should|need to|have to)) (?:re-?|double[ -])(?:check|think|consider|examine|evaluate|read|calculate|compute)` +
  `|${phrases("retraction")}`;
const TURN = new RegExp(
  String.raw`(?<=^|[.!?;:,\n…—–(-]|[)}](?=\s{0,3}(?:no|nope|wait|hmm+|oops|sorry)(?!\w)))\s{0,3}(?:but |and |oh,? ){0,2}(?:(?<withdrawal>${WITHDRAWAL})|(?:${DOUBT})(?:[ ,.!…]{1,3}(?:${DOUBT})){0,2})`,
  "giu",
);

/** The parts of a text from one turn of thought to the next. */
export function segmentsOf(text: string): Segment[] {
  const turns = [...text.matchAll(TURN)].map(({ index, 0: match, groups }) => ({
    start: index,
    end: index + match.length,
    withdraws: groups?.["withdrawal"] !== undefined,
  }));
  return [{ end: 0, withdraws: false }, ...turns].map(({ end, withdraws }, place) => ({
    text: text.slice(end, turns[place]?.start),
    withdraws,
  }));
}
