/** Every float16 as a float32, by its bits: Float16Array is not in all the versions of Node that rlvr runs on. */
let values: Float32Array | undefined;

/** Writes float16 numbers, given as their bits, as float32. */
export function widenFloat16(bits: Uint16Array, into: Float32Array): void {
  values ??= Float32Array.from({ length: 2 ** 16 }, (_, index) => valueOf(index));
  for (let index = 0; index < bits.length; index++) into[index] = values[bits[index] as number] as number;
}

/** IEEE 754 binary16: a sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
