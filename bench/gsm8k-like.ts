import { deriveSeed, stream, type Stream } from "../src/core/random.ts";

/** A response such as a model in training gives to a word problem, and the reference answer. */
export interface Response {
  readonly answer: string;
  readonly response: string;
}

/** Responses to one problem. */
export const GROUP_SIZE = 8;

const NAMES = ["Mia", "Omar", "Priya", "Jonas", "Lena", "Tariq"];
const THINGS = ["stamps", "oranges", "tickets", "beads", "cards", "cookies"];
const ENDINGS: readonly ((number: string, thing: string) => string)[] = [
  (number) => `The final answer is $\\boxed{${number}}$.`,
  (number, thing) => `So there are \\boxed{${number} \\text{ ${thing}}} in the end.`,
  (number) => `The answer is ${number}.`,
  (number, thing) => `**Answer:** ${number} ${thing}`,
  (number) => `#### ${number}`,
  (number) => `Therefore, the answer is $${number}.00.`,
];

/** The responses to a problem: three in five are right, nine in ten think inside of their tags. The same for the same arguments. */
export function responsesTo(problem: number): Response[] {
  const random = stream(deriveSeed(20260401, "gsm8k-like", problem));
  const [packs, size, given] = [2 + random.integer(60), 2 + random.integer(40), random.integer(50)];
  const [name, thing] = [pick(random, NAMES), pick(random, THINGS)];
  const total = packs * size + given;
  const write = (): Response => {
    const found = random.uniform() < 0.6 ? total : total + 1 + random.integer(20);
    const number = random.uniform() < 0.5 ? found.toLocaleString("en-US") : String(found);
    const steps = [
      `${name} buys ${packs} packs with ${size} ${thing} each, so we need the product first.`,
      `${packs} * ${size} = ${packs * size} ${thing} come out of the packs.`,
      `Then ${name} is given ${given} more ${thing}, which have to be added.`,
      `\\[ ${packs * size} + ${given} = ${found} \\]`,
      `Let me check this: half of the packs hold $${packs} \\times ${size} \\div 2 = ${(packs * size) / 2}$ ${thing}.`,
      `Nothing else changes how many ${thing} there are, so the total is final.`,
    ];
    const thoughts = steps.filter((_, index) => index < 4 || random.uniform() < 0.5).join("\n");
    const ending = pick(random, ENDINGS)(number, thing);
    const isTagged = random.uniform() < 0.9;
    return {
      answer: String(total),
      response: isTagged ? `<think>\n${thoughts}\n</think>\n\n${ending}` : `${thoughts}\n${ending}`,
    };
  };
  return Array.from({ length: GROUP_SIZE }, write);
}

function pick<T>(random: Stream, values: readonly T[]): T {
  return values[random.integer(values.length)] as T;
}
