import { hash } from "node:crypto";

/** Slots of the first table; a power of two. */
const FIRST_SLOTS = 1024;

/** Remembers where texts were first met. */
export interface SeenTexts {
  /** The number with which the same text was first added; undefined when this is the first, which is now added. */
  firstOf(text: string, number: number): number | undefined;
  /** The number with which a text was added. */
  find(text: string): number | undefined;
}

/**
 * Remembers texts by their digests, white space and ways to compose letters aside: 24 bytes a text at most while it grows
 * by doubling, so that a million of them stay small. Two texts of a million are taken for the same by chance once in
 * some ten million times.
 */
export function createSeenTexts(): SeenTexts {
  let keys = new BigUint64Array(FIRST_SLOTS);
  let numbers = new Uint32Array(FIRST_SLOTS);
  let count = 0;

  /** The slot of a key, or the empty one where it belongs. */
  const slotOf = (key: bigint): number => {
    const mask = keys.length - 1;
    let slot = Number(key & BigInt(mask));
    while (keys[slot] !== 0n && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const [oldKeys, oldNumbers] = [keys, numbers];
    keys = new BigUint64Array(oldKeys.length * 2);
    numbers = new Uint32Array(oldKeys.length * 2);
    for (const [index, key] of oldKeys.entries()) {
      if (key === 0n) continue;
      const slot = slotOf(key);
      keys[slot] = key;
      numbers[slot] = oldNumbers[index] ?? 0;
    }
  };
  return {
    firstOf(text, number) {
      const key = digestOf(text);
      const slot = slotOf(key);
      if (keys[slot] === key) return numbers[slot];
      keys[slot] = key;
      numbers[slot] = number;
      count++;
      if (count * 2 > keys.length) grow();
      return undefined;
    },
    find(text) {
      const key = digestOf(text);
      const slot = slotOf(key);
      return keys[slot] === key ? numbers[slot] : undefined;
    },
  };
}

/** The texts of problems, all met as number 0. */
export function textsOf(problems: Iterable<{ readonly problem: string }>): SeenTexts {
  const texts = createSeenTexts();
  for (const { problem } of problems) texts.firstOf(problem, 0);
  return texts;
}

/** White space that is more than one blank; most texts have none, and to see that costs a tenth of replacing it. */
const WIDE_SPACE = /[^\S ]|  /;

/** A text with white space and ways to compose letters aside. */
export function normalText(text: string): string {
  const composed = text.normalize("NFC");
  return (WIDE_SPACE.test(composed) ? composed.replaceAll(/\s+/g, " ") : composed).trim();
}

/** 64 bits of a digest of a text, never 0: that marks an empty slot. */
function digestOf(text: string): bigint {
  return hash("sha256", normalText(text), "buffer").readBigUInt64LE() || 1n;
}
