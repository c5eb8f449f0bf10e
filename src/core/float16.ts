/** IEEE 754 binary16 by its bits: Float16Array is not in all the versions of Node that rlvr runs on. */

/** Every float16 as a float32, by its bits. */
let values: Float32Array | undefined;

/** Writes float16 numbers, given as their bits, as float32. */
export function widenFloat16(bits: Uint16Array, into: Float32Array): void {
  values ??= Float32Array.from({ length: 2 ** 16 }, (_, index) => valueOf(index));
  for (let index = 0; index < bits.length; index++) into[index] = values[bits[index] as number] as number;
}

/** The bits of the float16 nearest to a number; beyond 65504 that is infinity. */
export function float16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  // Below the smallest normal number the exponent stays, and the fraction has no leading one.
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent -= 1;
  // A fraction that is rounded up to 2 carries into the exponent, as it should.
  return sign | (((exponent + 14) << 10) + Math.round(size * 2 ** (10 - exponent)));
}

/** A sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
