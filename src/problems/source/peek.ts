/** A stream whose beginning is known. */
export interface Peeked {
  /** Its first bytes: at least as many as were wanted, unless it ends before. */
  readonly head: Buffer;
  /** The whole of it, the beginning included; to be read once. */
  readonly all: AsyncIterable<Buffer>;
}

/** Looks at the beginning of a stream, until that is enough. */
export async function peek(bytes: AsyncIterable<Buffer>, isEnough: (head: Buffer) => boolean): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (!isEnough(head)) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}
