import { defineGenerator } from "rlvr";
import { z } from "zod";

/** What is folded over the operands in each arm, and whether from right to left. */
const ARMS = {
  add: { symbol: "+", isReversed: false },
  "add-rev": { symbol: "+", isReversed: true },
  sub: { symbol: "-", isReversed: false },
  "sub-rev": { symbol: "-", isReversed: true },
  "mul-rev": { symbol: "*", isReversed: true },
};

/** All results are modulo 7. */
const FOLDS = {
  "+": (result, operand) => (result + operand) % 7,
  "-": (result, operand) => (result + 7 - operand) % 7,
  "*": (result, operand) => (result * operand) % 7,
};

/**
 * Arithmetic chains of the microcosm with their hints: `3*<52643` is 21654. JavaScript, since Node runs no TypeScript out of
 * an installed package.
 */
// oxlint-disable-next-line import/no-default-export -- a generator module exports its generator as the default
export default defineGenerator({
  name: "chains",
  version: "1",
  options: z.strictObject({
    arms: z
      .array(z.enum(Object.keys(ARMS)))
      .min(1)
      .default(Object.keys(ARMS))
      .describe("Kinds of chains to make."),
  }),
  arms: ({ arms }) => arms,
  generate({ arm, random }) {
    const { symbol, isReversed } = ARMS[arm];
    // A product with 0 would be 0 to its end.
    const start = symbol === "*" ? 1 + random.integer(6) : random.integer(7);
    const operands = Array.from({ length: 5 }, () => 1 + random.integer(6));
    const inOrder = isReversed ? operands.toReversed() : operands;
    let result = start;
    const results = inOrder.map((operand) => String((result = FOLDS[symbol](result, operand))));
    const [first, second, ...rest] = inOrder.map(String);
    const direction = isReversed ? "<" : ">";
    return {
      problem: `${start}${symbol}${direction}${operands.join("")}`,
      answer: results.join(""),
      hints: {
        knowledge: [symbol, direction],
        planning: [first + second, ...rest.slice(0, 3)],
        solution: results.slice(0, 4),
      },
    };
  },
});
