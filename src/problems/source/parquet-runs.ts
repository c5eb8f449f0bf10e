/**
 * Streams of Parquet pages whose lengths a decoder believes: levels and dictionary indexes in runs, and lengths as deltas.
 * Walked before they are decoded, since a few bytes can say "two billion times the same".
 */

/** How far a run may go beyond the values that there are: writers fill up to eight, some to a block. */
const PADDING = 1024;

/** A varint of 32 bits at most, and where it ends. */
function varint(bytes: Uint8Array, start: number): readonly [value: number, end: number] {
  let [value, at] = [0, start];
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = byteAt(bytes, at++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
  throw new Error("a number has too many bytes");
}

/** @throws Error beyond the end. */
export function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Error("the page is cut short");
  return byte;
}

/**
 * Walks the runs of a hybrid stream (run-length encoded or bit-packed).
 * @param count how many values it has to give.
 * @param wanted a value that is counted; undefined: none is.
 * @returns how many of the values are `wanted`.
 * @throws Error where a run is longer than the values that there are.
 */
export function walkRuns(bytes: Uint8Array, start: number, width: number, count: number, wanted?: number): number {
  let [at, seen, found] = [start, 0, 0];
  while (seen < count) {
    const [header, next] = varint(bytes, at);
    const isPacked = header % 2 === 1;
    const length = Math.floor(header / 2) * (isPacked ? 8 : 1);
    if (length > count - seen + PADDING) throw new Error(`a run of ${length} where ${count - seen} values are to come`);
    const used = Math.min(length, count - seen);
    if (wanted !== undefined)
      found += isPacked
        ? countPacked(bytes, next, width, used, wanted)
        : littleEndian(bytes, next, width) === wanted
          ? used
          : 0;
    at = next + (isPacked ? Math.ceil((length * width) / 8) : Math.ceil(width / 8));
    seen += length;
  }
  return found;
}

function countPacked(bytes: Uint8Array, start: number, width: number, count: number, wanted: number): number {
  let found = 0;
  for (let index = 0; index < count; index++) {
    const bit = index * width;
    const pair = (bytes[start + (bit >> 3)] ?? 0) | ((bytes[start + (bit >> 3) + 1] ?? 0) << 8);
    if (((pair >> (bit & 7)) & ((1 << width) - 1)) === wanted) found++;
  }
  return found;
}

function littleEndian(bytes: Uint8Array, start: number, width: number): number {
  let value = 0;
  for (let index = 0; index < Math.ceil(width / 8); index++) value += (bytes[start + index] ?? 0) * 256 ** index;
  return value;
}

/** What stands before the blocks of a DELTA_BINARY_PACKED stream. */
interface DeltaHead {
  readonly miniblocks: number;
  /** Values of a miniblock. */
  readonly length: number;
  readonly first: number;
  /** Where the blocks begin. */
  readonly end: number;
}

/**
 * The head of a DELTA_BINARY_PACKED stream.
 * @throws Error where its blocks are such as a decoder would not come to the end of.
 */
export function deltaHead(bytes: Uint8Array, start: number): DeltaHead {
  const [blockSize, afterSize] = varint(bytes, start);
  const [miniblocks, afterCount] = varint(bytes, afterSize);
  const [, afterTotal] = varint(bytes, afterCount);
  let end = afterTotal;
  while (byteAt(bytes, end) >= 0x80) end++;
  const length = blockSize / miniblocks;
  if (!Number.isInteger(length) || length < 1 || length > 65_536 || miniblocks > 4096)
    throw new Error(`blocks of ${blockSize} values in ${miniblocks} parts`);
  // A first value of more than 32 bits is no length; nobody asks for it.
  const first = end - afterTotal < 5 ? zigzag(varint(bytes, afterTotal)[0]) : Number.NaN;
  return { miniblocks, length, first, end: end + 1 };
}

/**
 * The sum of the lengths in a DELTA_BINARY_PACKED stream, and where it ends.
 * @throws Error where they are none.
 */
export function sumOfDeltas(
  bytes: Uint8Array,
  start: number,
  count: number,
): { readonly sum: number; readonly end: number } {
  const { miniblocks, length, first, end } = deltaHead(bytes, start);
  let [at, value, sum, seen] = [end, first, first, 1];
  if (!(first >= 0)) throw new Error("a negative length");
  while (seen < count) {
    const [least, next] = varint(bytes, at);
    const widths = bytes.subarray(next, next + miniblocks);
    at = next + miniblocks;
    for (let block = 0; block < miniblocks && seen < count; block++) {
      const width = byteAt(widths, block);
      if (width > 32) throw new Error("lengths of more than 32 bits");
      for (let index = 0; index < length && seen < count; index++, seen++) {
        value += zigzag(least) + bitsAt(bytes, at * 8 + index * width, width);
        if (value < 0) throw new Error("a negative length");
        sum += value;
      }
      at += Math.ceil((length * width) / 8);
    }
  }
  return { sum, end: at };
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function bitsAt(bytes: Uint8Array, start: number, width: number): number {
  let value = 0;
  for (let bit = 0; bit < width; bit++) {
    const place = start + bit;
    value += ((byteAt(bytes, Math.floor(place / 8)) >> (place % 8)) & 1) * 2 ** bit;
  }
  return value;
}
