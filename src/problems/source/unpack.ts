import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { peek } from "./peek.ts";

/** Bytes that identify a compression format. */
const TELLING = 4;

/**
 * The content of a stream that may be compressed by gzip (RFC 1952) or zstd (RFC 8878), as its first bytes show.
 * @param name what the stream is of, for messages.
 * @throws RlvrError `bad_problems`, also while it is read, when it is damaged or cut off.
 */
export async function unpack(bytes: AsyncIterable<Buffer>, name: string): Promise<AsyncIterable<Buffer>> {
  const { head, all } = await peek(bytes, (start) => start.length >= TELLING);
  const unpacker = unpackerOf(head);
  return unpacker === undefined ? all : unpacked(all, unpacker, name);
}

function unpackerOf(head: Buffer): Transform | undefined {
  if (head.length < TELLING) return undefined;
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip();
  const magic = head.readUInt32LE();
  // A frame of zstd, or one to be skipped, which parallel packers put before each.
  const isZstd = magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
  return isZstd ? createZstdDecompress() : undefined;
}

async function* unpacked(packed: AsyncIterable<Buffer>, unpacker: Transform, name: string): AsyncGenerator<Buffer> {
  try {
    // A failure of either ends the other, and so the loop.
    yield* pipeline(Readable.from(packed), unpacker, () => {}) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new RlvrError("bad_problems", `${name} cannot be unpacked: ${messageOf(error)}`, {
      advice: "The file is damaged or was cut off: fetch it again.",
      cause: error,
    });
  }
}
