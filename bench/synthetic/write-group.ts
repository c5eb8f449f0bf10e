import { deriveSeed } from "../../src/core/random.ts";
import { RARE_WORD } from "./corpus.ts";
import { TIERS, type SyntheticProblem } from "./problems.ts";
import type { RunParts } from "./write-run.ts";

/** Own rollouts of a group, those of a hint, and tokens of each. */
const GROUP_SIZE = 8;
const HINT_SAMPLES = 2;
const TOKENS = 200;
/** One in so many verdicts is missing; one in so many texts has the rare word. */
const MISSING_EVERY = 2000;
const RARE_EVERY = 100_000;

/** Where a group stands. */
interface Place {
  readonly step: number;
  readonly stepId: number;
  readonly slot: number;
  readonly batchId: number;
  readonly progress: number;
  readonly at: string;
}

/** What came of a group. */
export interface GroupCounts {
  readonly arm: string;
  readonly rollouts: number;
  readonly hinted: number;
  readonly judged: number;
  readonly passed: number;
  readonly trained: number;
  readonly zeroVariance: number;
}

interface Drawn {
  readonly number: number;
  readonly passed: boolean | null;
  readonly hint: { readonly tier: (typeof TIERS)[number]; readonly attempt: number } | undefined;
}

/** Writes a group: its rollouts with texts, verdicts, outcomes and credits, and the search for a hint where none passed. */
export function writeGroup(parts: RunParts, place: Place, problem: SyntheticProblem): GroupCounts {
  const { insert, random } = parts;
  const chance = 1 / (1 + Math.exp(12 * (problem.difficulty - place.progress - 0.05)));
  const draw = (odds: number): boolean | null => (random.integer(MISSING_EVERY) === 0 ? null : random.uniform() < odds);
  const own = Array.from({ length: GROUP_SIZE }, (_, number): Drawn => ({
    number,
    passed: draw(chance),
    hint: undefined,
  }));
  const judged = own.filter(({ passed }) => passed !== null).length;
  const passed = own.filter((each) => each.passed === true).length;
  const isCliff = judged >= 2 && passed === 0;
  const hinted = isCliff && place.progress > 0.1 ? searchHints(draw, chance) : [];
  const rescue = hinted.find((each) => each.passed === true);
  const scaffold = !isCliff ? "passed" : rescue !== undefined ? "hinted" : hinted.length > 0 ? "unrescued" : "exempt";
  const isTaught = rescue !== undefined || (passed > 0 && passed < judged);
  const state = isTaught ? "trained" : "dropped";
  const groupId = insert(
    "groups",
    place.stepId,
    place.slot,
    problem.id,
    problem.arm,
    0.001,
    0,
    state,
    scaffold,
    judged,
    passed,
  );
  const hintIds = new Map<number, number>();
  for (const { hint } of hinted)
    if (hint !== undefined && !hintIds.has(hint.attempt))
      hintIds.set(hint.attempt, insert("hints", groupId, hint.attempt, hint.tier, 1, '["add"]', HINT_SAMPLES));
  const all = [...own, ...hinted];
  for (const drawn of all) {
    const isRescue = drawn === rescue;
    const isReplaced = rescue !== undefined && drawn.number === 0;
    const reason =
      drawn.passed === null
        ? "no_verdict"
        : isReplaced
          ? "replaced_by_hint"
          : drawn.hint && !isRescue
            ? "hint_search"
            : isTaught
              ? null
              : "zero_variance";
    writeRollout(
      parts,
      place,
      problem,
      { groupId, hintId: hintIds.get(drawn.hint?.attempt ?? -1) ?? null, isRescue, reason, share: passed / GROUP_SIZE },
      drawn,
    );
  }
  return {
    arm: problem.arm,
    rollouts: all.length,
    hinted: hinted.length,
    judged,
    passed,
    trained: isTaught ? GROUP_SIZE : 0,
    zeroVariance: isTaught ? 0 : GROUP_SIZE,
  };
}

/** Hints from the weakest tier on, until one leads to a pass. */
function searchHints(draw: (odds: number) => boolean | null, chance: number): Drawn[] {
  const tried: Drawn[] = [];
  for (const [attempt, tier] of TIERS.entries()) {
    for (let sample = 0; sample < HINT_SAMPLES; sample++)
      tried.push({
        number: GROUP_SIZE + tried.length,
        passed: draw(chance + 0.25 * (attempt + 1)),
        hint: { tier, attempt },
      });
    if (tried.some(({ passed }) => passed === true)) break;
  }
  return tried;
}

function writeRollout(
  { insert, random, corpus, runId }: RunParts,
  { step, slot, batchId, at }: Place,
  problem: SyntheticProblem,
  fate: {
    readonly groupId: number;
    readonly hintId: number | null;
    readonly isRescue: boolean;
    readonly reason: string | null;
    readonly share: number;
  },
  { number, passed }: Drawn,
): void {
  const { groupId, hintId, isRescue, reason, share } = fate;
  const seed = deriveSeed(runId, step, slot, number);
  const rolloutId = insert(
    "rollouts",
    groupId,
    number,
    problem.promptId,
    hintId,
    isRescue ? 0 : null,
    isRescue ? "hinted" : null,
    seed,
    step - 1,
    "stop",
    TOKENS,
    at,
  );
  const { text, tokenIds, logprobs } = corpus.piece(random.integer(corpus.length - TOKENS), TOKENS);
  const answer = passed === true ? problem.answer : "17";
  const rare = random.integer(RARE_EVERY) === 0 ? `${RARE_WORD} ` : "";
  insert("rollout_payloads", rolloutId, tokenIds, logprobs, `${text}${rare}<answer>${answer}</answer>`);
  const value = passed === null ? null : Number(passed);
  const key = Buffer.alloc(32);
  key.writeDoubleLE(seed, 0);
  key.writeUInt32LE(rolloutId, 8);
  const [status, error] = value === null ? ["timeout", "it took longer than 10 s"] : ["ok", null];
  const extracted = value === null ? null : answer;
  insert(
    "verdicts",
    rolloutId,
    "math",
    "1",
    status as string,
    value,
    value,
    extracted,
    null,
    error as string | null,
    0.4,
    3.1,
    1,
    0,
    key,
  );
  const formatKey = Buffer.from(key);
  formatKey.writeUInt8(1, 31);
  insert(
    "verdicts",
    rolloutId,
    "format",
    "1",
    "ok",
    1,
    1,
    null,
    '{"tags":["answer"]}',
    null,
    0.1,
    3.2,
    1,
    0,
    formatKey,
  );
  insert("outcomes", rolloutId, value, value, extracted);
  const advantage =
    reason === null && value !== null ? (value - share) / Math.sqrt(Math.max(0.05, share * (1 - share))) : 0;
  insert(
    "credits",
    rolloutId,
    value,
    advantage,
    reason === null ? 1 / 51_200 : 0,
    reason === null ? 0 : null,
    reason === null ? batchId : null,
    reason,
  );
}
