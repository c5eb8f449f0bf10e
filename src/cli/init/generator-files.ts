/** The files of a generator to start from, by name: it makes sums with terms of one, two or three digits. */
export function generatorFiles(name: string): Record<string, string> {
  return { [`${name}.ts`]: moduleText(name), [`${name}.test.ts`]: testText(name) };
}

function moduleText(name: string): string {
  return `import { defineGenerator } from "rlvr";
import { z } from "zod";

/** Sums of two numbers; the arms are the numbers' digits. */
export default defineGenerator({
  name: "${name}",
  version: "1", // change it whenever a problem could change
  options: z.strictObject({
    most_digits: z.int().min(2).max(6).default(3).describe("Digits of the longest numbers."),
  }),
  // Numbers of one digit are left out: there are but 100 sums of those.
  arms: ({ most_digits }) => Array.from({ length: most_digits - 1 }, (_, place) => \`digits-\${place + 2}\`),
  generate({ arm, random }) {
    const below = 10 ** Number(arm.slice("digits-".length));
    const [a, b] = [random.integer(below), random.integer(below)];
    return {
      problem: \`How much is \${a} + \${b}?\`,
      answer: String(a + b),
      hints: { planning: ["Add digit by digit from the right.", "Carry what is above 9."] },
    };
  },
});
`;
}

function testText(name: string): string {
  return `import { test } from "node:test";
import { generatorTests } from "rlvr/testing";

for (const { name, run } of generatorTests(new URL("./${name}.ts", import.meta.url))) test(name, run);
`;
}
