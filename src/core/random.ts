/**
 * Counter-based randomness: a number is a pure function of (key, counter), so order, retries and restarts change
 * nothing. Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011); the test holds
 * the known answers published with it.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Four unsigned 32-bit words. */
export type Words4 = readonly [number, number, number, number];

function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** One Philox4x32-10 block: four random words for a four-word counter under a two-word key. */
export function philox(counter: Words4, key: readonly [number, number]): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

function toUnit(high: number, low: number): number {
  return ((high >>> 6) * 0x8000000 + (low >>> 5)) / 0x20000000000000;
}

/**
 * The uniform number in [0, 1), 53 bits, that belongs to a position of a seeded sequence.
 * @param seed a non-negative safe integer.
 * @param position a non-negative integer below 2^32, such as the index of a token in its completion.
 */
export function uniformAt(seed: number, position: number): number {
  const [high, low] = philox([position, 0, 0, 0], [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0]);
  return toUnit(high, low);
}

/**
 * A seed (an integer in [0, 2^48)) for a path of numbers and words below a root seed, such as
 * `deriveSeed(run.seed, "sample", step, group)`. Different paths give unrelated seeds.
 */
export function deriveSeed(root: number, ...path: readonly (number | string)[]): number {
  let key: readonly [number, number] = [root >>> 0, Math.floor(root / 0x100000000) >>> 0];
  let words: Words4 = [0, 0, 0, 0];
  const absorb = (word: number, domain: number): void => {
    words = philox([words[0] ^ word, words[1], words[2], (words[3] ^ domain) >>> 0], key);
    key = [words[0], words[1]];
  };
  for (const part of path) {
    if (typeof part === "number") {
      absorb(part >>> 0, 1);
      absorb(Math.floor(part / 0x100000000) >>> 0, 2);
    } else {
      for (const character of part) absorb(character.codePointAt(0) ?? 0, 3);
      absorb(part.length, 4);
    }
  }
  return (words[2] & 0xffff) * 0x100000000 + words[3];
}

/** A stream of random numbers; see {@link stream}. */
export interface Stream {
  /** The next uniform number in [0, 1). */
  uniform(): number;
  /** The next integer in [0, bound). */
  integer(bound: number): number;
  /** A new array with the same values in random order (Fisher-Yates). */
  shuffle<T>(values: readonly T[]): T[];
}

/** The stream of random numbers that belongs to a seed. */
export function stream(seed: number): Stream {
  let position = 0;
  const uniform = (): number => uniformAt(seed, position++);
  const integer = (bound: number): number => Math.floor(uniform() * bound);
  return {
    uniform,
    integer,
    shuffle<T>(values: readonly T[]): T[] {
      const result = [...values];
      for (let last = result.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [result[last], result[other]] = [result[other] as T, result[last] as T];
      }
      return result;
    },
  };
}
