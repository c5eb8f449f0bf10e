import { float16Bits, widenFloat16 } from "./float16.ts";

/** Numbers as little-endian bytes, the way the database stores tokens and log-probabilities. */

/** Little-endian int32 bytes of token ids. */
export function packInt32(values: readonly number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer);
}

/** Little-endian float32 bytes of log-probabilities. */
export function packFloat32(values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

/** The token ids in bytes written by {@link packInt32}. */
export function unpackInt32(bytes: Uint8Array): number[] {
  return [...new Int32Array(bytes.slice().buffer)];
}

/** The numbers in bytes written by {@link packFloat32}. */
export function unpackFloat32(bytes: Uint8Array): number[] {
  return [...new Float32Array(bytes.slice().buffer)];
}

/** Little-endian float16 bytes of numbers that need no more than three digits. */
export function packFloat16(values: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(values, float16Bits).buffer);
}

/** The numbers in bytes written by {@link packFloat16}. */
export function unpackFloat16(bytes: Uint8Array): number[] {
  const values = new Float32Array(bytes.length / 2);
  widenFloat16(new Uint16Array(bytes.slice().buffer), values);
  return [...values];
}
