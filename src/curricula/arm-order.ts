import { z } from "zod";
import { deriveSeed, stream } from "../core/random.ts";
import { byArm } from "./by-arm.ts";

/** How far an arm's problems are used up: drawn without replacement, and shuffled anew when a pass is through. */
const armPositionSchema = z.strictObject({
  /** Passes through the arm that came before. */
  pass: z.int().nonnegative(),
  /** Problems drawn in this pass. */
  drawn: z.int().nonnegative(),
});

/** How far an arm's problems are used up. */
export type ArmPosition = z.output<typeof armPositionSchema>;

/** The position of every arm, as states keep them. */
export const armPositionsSchema = byArm(armPositionSchema);

/** The position of every arm. */
export type ArmPositions = Readonly<z.output<typeof armPositionsSchema>>;

/** Positions before any problem was drawn. */
export function startPositions(arms: readonly string[]): Record<string, ArmPosition> {
  return Object.fromEntries(arms.map((arm): [string, ArmPosition] => [arm, { pass: 0, drawn: 0 }]));
}

/** The next problem of an arm; see {@link armOrders}. */
export interface ArmDraw {
  readonly index: number;
  /** Probability of this problem among those left in the pass. */
  readonly probability: number;
  readonly position: ArmPosition;
}

/**
 * Draws problems of arms without replacement. The order of a pass is a function of (seed, arm, pass), so a position of
 * two numbers is all there is to remember. An arm without end gives its next problem. Orders are kept while the returned function lives: a step, say.
 */
export function armOrders(seed: number): (arm: string, problems: number, position: ArmPosition) => ArmDraw {
  const orders = new Map<string, readonly number[]>();
  const orderOf = (arm: string, problems: number, pass: number): readonly number[] => {
    const key = JSON.stringify([arm, problems, pass]);
    const known = orders.get(key);
    if (known !== undefined) return known;
    const order = stream(deriveSeed(seed, "arm-order", arm, pass)).shuffle([...Array(problems).keys()]);
    orders.set(key, order);
    return order;
  };
  return (arm, problems, position) => {
    if (problems === Infinity)
      return { index: position.drawn, probability: 1, position: { ...position, drawn: position.drawn + 1 } };
    const { pass, drawn } = position.drawn < problems ? position : { pass: position.pass + 1, drawn: 0 };
    const index = orderOf(arm, problems, pass)[drawn];
    if (index === undefined) throw new RangeError(`the arm "${arm}" has no problems`);
    return { index, probability: 1 / (problems - drawn), position: { pass, drawn: drawn + 1 } };
  };
}
