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
