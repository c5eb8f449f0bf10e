import { crc32c } from "./crc32c.ts";

/** A record of a TFRecord file: length (uint64), its masked CRC, data, its masked CRC, all little-endian. */
export function record(data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length + 4);
  bytes.writeUInt32LE(data.length, 0);
  bytes.writeUInt32LE(masked(crc32c(bytes.subarray(0, 8))), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(masked(crc32c(data)), 12 + data.length);
  return bytes;
}

/** TFRecord's mask of a CRC, for data that holds CRCs itself (tensorflow/core/lib/hash/crc32c.h). */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
