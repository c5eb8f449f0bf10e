import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { isRlvrError, RlvrError, messageOf } from "../../core/errors.ts";
import { peek } from "./peek.ts";

/** How many times as long as its packed bytes a stream may be, once it is longer than `UNCHECKED`: text is at most a tenth of that. */
const MAX_RATIO = 200;
const UNCHECKED = 64 * 1024 * 1024;

/** Bytes that identify a compression format. */
const TELLING = 4;

/**
 * The content of a stream that may be compressed by gzip (RFC 1952) or zstd (RFC 8878), as its first bytes show.
 * @param name what the stream is of, for messages.
 * @throws RlvrError `bad_problems`, also while it is read, when it is damaged or cut off, or so well packed that it is no text.
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
  let [read, given] = [0, 0];
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of packed) {
      read += chunk.length;
      yield chunk;
    }
  }
  try {
    // A failure of either ends the other, and so the loop.
    const content = pipeline(Readable.from(counted()), unpacker, () => {}) as AsyncIterable<Buffer>;
    for await (const chunk of content) {
      given += chunk.length;
      if (given > UNCHECKED && given > MAX_RATIO * read) throw bomb(name, given, read);
      yield chunk;
    }
  } catch (error) {
    if (isRlvrError(error)) throw error;
    throw new RlvrError("bad_problems", `${name} cannot be unpacked: ${messageOf(error)}`, {
      advice: "The file is damaged or was cut off: fetch it again.",
      cause: error,
    });
  }
}

function bomb(name: string, given: number, read: number): RlvrError {
  return new RlvrError("bad_problems", `${name} unpacks to ${given} bytes and more from ${read}: this is no text`, {
    advice: "Where it is yours and meant so, unpack it first and name the unpacked file.",
  });
}
