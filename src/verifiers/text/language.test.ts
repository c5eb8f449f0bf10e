import { eld } from "eld/small";
import { expect, it } from "vitest";
import { LANGUAGES, isWrittenIn, readLanguageCode } from "./language.ts";

it("knows the languages that the detector knows, and two more", () => {
  const others = ["ne", "sw"];
  expect(LANGUAGES).toEqual([...Object.values(eld.info().Languages), ...others].toSorted());
});

it("reads codes of two and three letters", () => {
  expect(
    ["de", "DEU", "cmn", "nob", "nn", "fil", "tgl", "srp", "nep", "npi", "swa", "swh"].map(readLanguageCode),
  ).toEqual(
    ["de", "de", "zh", "no", "no", "tl", "tl", "sr", "ne", "ne", "sw", "sw"], // prettier-ignore
  );
  expect(["", "d", "german", "xx", "d-e", "e\u0301n", "id"].map(readLanguageCode)).toEqual(Array(7).fill(undefined));
});

it("looks at a text's end as well as at its beginning", async () => {
  const english = "This is the way the world ends, not with a bang but with a whimper. ".repeat(2000);
  expect(await isWrittenIn(english, "en")).toBe(true);
  expect(
    await isWrittenIn(`${english}${"Das ist der Anfang vom Ende der Welt, wie wir sie kannten. ".repeat(200)}`, "en"),
  ).toBe(false);
});
