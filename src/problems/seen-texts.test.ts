import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSeenTexts } from "./seen-texts.ts";

test("gives the number of the first, as a map would, however many there are", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 5000 }), (values) => {
      const seen = createSeenTexts();
      const firsts = new Map<number, number>();
      for (const [index, value] of values.entries()) {
        expect(seen.firstOf(`text ${value}`, index + 1)).toBe(firsts.get(value));
        if (!firsts.has(value)) firsts.set(value, index + 1);
      }
      for (let value = 0; value < 20; value++) expect(seen.find(`text ${value}`)).toBe(firsts.get(value));
    }),
    { numRuns: 20 },
  );
});

test("white space and ways to compose a letter do not tell texts apart; case does", () => {
  const seen = createSeenTexts();
  seen.firstOf("caf\u00e9  au\nlait", 7);
  expect(seen.find(" cafe\u0301 au lait ")).toBe(7);
  expect(seen.find("Caf\u00e9 au lait")).toBeUndefined();
});
