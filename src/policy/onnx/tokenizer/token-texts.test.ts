import { describe, expect, it } from "vitest";
import { packagePath } from "../../../core/package-files.ts";
import { tokenTexts } from "./token-texts.ts";
import { loadTokenizer } from "./tokenizer.ts";

/** A tokenizer of bytes: what any byte-level one comes to for text that it never merged. */
const bytes = { decode: (ids: readonly number[]) => Buffer.from(ids).toString() };
const idsOf = (text: string): number[] => [...Buffer.from(text)];

describe("the texts of tokens", () => {
  it("together are the text, characters of several bytes with their last one", () => {
    for (const text of ["plain", "für 日本 👩‍👩‍👧!", "é", "👍"]) expect(tokenTexts(bytes, idsOf(text)).join("")).toBe(text);
    expect(tokenTexts(bytes, idsOf("a日b"))).toEqual(["a", "", "", "日", "b"]);
  });

  it("tell of bytes that never become a character", () => {
    const ids = [...idsOf("a"), 0xe6, 0x97];
    expect(tokenTexts(bytes, ids)).toEqual(["a", "", bytes.decode(ids).slice(1)]);
    const inside = [...idsOf("a"), 0xff, ...idsOf("bc")];
    expect(tokenTexts(bytes, inside).join("")).toBe(bytes.decode(inside));
  });

  it("are few decodings of few tokens, however long the completion is", () => {
    let longest = 0;
    const watched = {
      decode: (ids: readonly number[]) => {
        if (ids.length < 5000) longest = Math.max(longest, ids.length);
        return bytes.decode(ids);
      },
    };
    expect(tokenTexts(watched, idsOf("so ".repeat(2000))).join("")).toBe("so ".repeat(2000));
    expect(longest).toBeLessThan(10);
  });

  it("are few decodings of few tokens for bytes that are no text, too", () => {
    let longest = 0;
    const watched = {
      decode: (ids: readonly number[]) => {
        if (ids.length < 2000) longest = Math.max(longest, ids.length);
        return bytes.decode(ids);
      },
    };
    const lead = Array<number>(3000).fill(0xf0);
    const broken = [...idsOf("ä👍"), ...lead, ...idsOf("👍b"), ...lead.flatMap(() => [0x9f, 0xe6, 0x97, 0xf0]), 0xa4];
    expect(tokenTexts(watched, broken).join("")).toBe(bytes.decode(broken));
    expect(longest).toBeLessThan(30);
  });

  it("hold for a tokenizer that writes a token otherwise far from the beginning", () => {
    // The tenth token and all after it are written with a mark, which a few tokens of context do not show.
    const odd = { decode: (ids: readonly number[]) => ids.map((id, at) => (at < 10 ? `${id}` : `[${id}]`)).join("") };
    const ids = Array.from({ length: 20 }, (_, index) => index);
    expect(tokenTexts(odd, ids).join("")).toBe(odd.decode(ids));
  });

  it("leave out special tokens, as the completion's text does", () => {
    const tokenizer = loadTokenizer(packagePath("policies/tiny"));
    const ids = tokenizer.encode("12345");
    const texts = tokenTexts(tokenizer, [...ids, 1]);
    expect(texts.join("")).toBe(tokenizer.decode([...ids, 1]));
    expect(tokenTexts(tokenizer, [])).toEqual([]);
  });
});
