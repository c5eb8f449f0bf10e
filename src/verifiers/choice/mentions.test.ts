import { describe, expect, it } from "vitest";
import { choicesOf } from "./choices.ts";
import { readChoice } from "./read-choice.ts";

/** The letters that are read, joined; "" for none. */
function read(response: string): string {
  const letters = readChoice(response, choicesOf({}, "J"), { isStrict: false, correction: "last" });
  return [...letters].sort().join("");
}

describe("what is left when others are denied", () => {
  it.each([
    ["Options A and C are wrong. D is too small. B is left.", "B"],
    ["Answer: this rules out C, leaving D", "D"],
    ["The answer is surely D; it cannot be A or B", "D"],
    ["By elimination, D.", "D"],
    ["Option A is correct.", "A"],
    ["A is correct, the others are not.", "A"],
    ["Options B, C and D contradict the text, which leaves A as the answer.", "A"],
    ["Only D remains.", "D"],
    ["A, B and C are ruled out, so D.", "D"],
    ["We can eliminate A, B, and C. That leaves D.", "D"],
    ["Not A. Not B. Not C. So D.", "D"],
    ["Neither A nor B works, and C is too large. We are left with (D).", "D"],
    ["A fails, B fails and C contradicts the text. D is the only option left.", "D"],
    ["This leaves us with option C.", "C"],
    ["B, C and D can all be ruled out. The answer must be A.", "A"],
    ["Since A and B are incorrect, and D is impossible, C is the only remaining choice.", "C"],
    ["Ruling out A, B and D, we get C.", "C"],
    ["The answer is obviously B", "B"],
    ["A is too big. B is too small. C is not prime. Therefore D.", "D"],
    ["We rule out A, then B, then C; D remains.", "D"],
    ["Having excluded A, B, and C, the answer must be D.", "D"],
    ["Answer: eliminating B, C and D leaves A", "A"],
    ["A, C, and D are all incorrect, leaving only B.", "B"],
    ["Choices A, B, C don't work, so it has to be D.", "D"],
    ["None of A, B, C is right; D it is.", "D"],
    ["The only one left is B.", "B"],
    ["By process of elimination, the answer is (C).", "C"],
    ["So we're left with option B.", "B"],
    ["That leaves just B.", "B"],
    ["A: too small. B: too large. C: wrong sign. D is what remains.", "D"],
    ["It can't be A, it can't be B, it can't be D. So C.", "C"],
    ["The answer is certainly (C).", "C"],
    ["The answer is definitely option D, it can't be C.", "D"],
    ["The answer is probably B", "B"],
    ["The correct answer is undoubtedly B.", "B"],
    ["The answer is arguably B.", "B"],
  ])("%j is %s", (response, letter) => {
    expect(read(response)).toBe(letter);
  });

  it.each([
    ["This leaves A and D.", "AD"],
    ["B is left of C.", "BC"],
    ["D is ruled out, leaving A or B", "AB"],
    ["This rules out A and B, leaving C and D.", "CD"],
    ["We are left with B or C.", "BC"],
    ["The answer is surely not D; it can be A or B", "AB"],
  ])("%j is several: %s", (response, letters) => {
    expect(read(response)).toBe(letters);
  });

  it.each([
    "The answer is 5 C.",
    "It is 37 °C.",
    "The current is 5 A.",
    "A and C are wrong.",
    "Options B and D are wrong.",
    "B is left out.",
    "Neither A nor B is right.",
    "That rules out D.",
    "We can eliminate A, B, and C.",
    "The answer is not A or B.",
    "A, B and D can be ruled out.",
    "The answer is clearly not B",
    "The answer is unlikely B",
    "The answer is hardly B.",
    "Everything except B is wrong.",
    "B is the odd one out.",
    "Leaving A aside, B is wrong.",
    "Leaving out D, nothing fits.",
    "B remains to be checked.",
    "B remains unclear.",
    "It leaves B unexplained, which is odd.",
    "A is not ruled out and B is not either.",
    "None of A, B, C is right.",
    "D is wrong. C is wrong. B is wrong.",
    "A isn't right and D isn't either.",
    "The answer is not necessarily B.",
  ])("%j is none", (response) => {
    expect(read(response)).toBe("");
  });
});
