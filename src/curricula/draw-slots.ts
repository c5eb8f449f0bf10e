import { RlvrError } from "../core/errors.ts";
import { deriveSeed, stream } from "../core/random.ts";
import { armOrders, type ArmPositions } from "./arm-order.ts";
import { mixedShares } from "./mixture.ts";
import type { Pick, Selection, SelectionContext } from "./curriculum.ts";

/** Arms of a state in the one order in which probabilities are added up, so that sums round the same everywhere. */
export function allArms(positions: ArmPositions): string[] {
  return Object.keys(positions).sort();
}

/** Those of {@link allArms} that have problems. */
export function openArms(positions: ArmPositions, problemsByArm: SelectionContext["problemsByArm"]): string[] {
  const counts = new Map(Object.entries(problemsByArm));
  return allArms(positions).filter((arm) => (counts.get(arm) ?? 0) > 0);
}

/**
 * Fills the slots of a selection: each draws an arm in proportion to its share (see mixedShares where sources have theirs), then a problem of that arm without
 * replacement until the arm is used up, when its problems are shuffled anew. Its propensity is
 * share / (sum of shares) x 1 / (problems left). One random number a slot, of a stream that belongs to the round.
 * @param state holds the positions of all arms.
 * @param own what each arm's probability is in proportion to; only of {@link openArms}.
 * @returns a pick for each slot, and the state with the positions after them.
 * @throws RlvrError `bad_problems` when there is a slot to fill and no arm has a share.
 */
export function drawSlots<State extends { readonly arms: ArmPositions }>(
  state: State,
  own: ReadonlyMap<string, number>,
  { step, round, slots, seed, problemsByArm, mixture }: SelectionContext,
): Selection<State> {
  const shares = mixture === undefined ? own : mixedShares(own, mixture);
  const positions = new Map(Object.entries(state.arms));
  const counts = new Map(Object.entries(problemsByArm));
  const chance = stream(deriveSeed(seed, "curriculum", step, round));
  const draw = armOrders(seed);
  let total = 0;
  for (const share of shares.values()) total += share;
  const picks = Array.from({ length: slots }, (): Pick => {
    const [arm, share] = shareAt(shares, chance.uniform() * total) ?? [];
    const position = arm === undefined ? undefined : positions.get(arm);
    if (arm === undefined || share === undefined || position === undefined) throw noProblems();
    const drawn = draw(arm, counts.get(arm) ?? 0, position);
    positions.set(arm, drawn.position);
    return { arm, index: drawn.index, propensity: (drawn.probability * share) / total };
  });
  return { picks, state: { ...state, arms: Object.fromEntries(positions) } };
}

/** The arm, with its share, in whose stretch a point lies when the shares are laid end to end. */
function shareAt(shares: ReadonlyMap<string, number>, point: number): readonly [string, number] | undefined {
  let end = 0;
  for (const entry of shares) {
    end += entry[1];
    if (point < end) return entry;
  }
  return undefined;
}

/**
 * What every curriculum reports of its arms: the probability of being drawn next, numbers of its own, and how far the
 * arm's problems are used up (`pass`, `drawn`).
 */
export function armMetrics(
  positions: ArmPositions,
  probabilities: ReadonlyMap<string, number>,
  own: (arm: string) => Readonly<Record<string, number>> = () => ({}),
): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(positions).map(([arm, position]) => [
      arm,
      { probability: probabilities.get(arm) ?? 0, ...own(arm), ...position },
    ]),
  );
}

function noProblems(): RlvrError {
  return new RlvrError("bad_problems", "no arm of the curriculum has a problem to choose", {
    advice: "Give the run a problem set that has problems in the curriculum's arms.",
  });
}
