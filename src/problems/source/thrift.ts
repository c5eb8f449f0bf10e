/** A struct of Thrift's compact protocol, by the numbers of its fields. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
export type ThriftValue = number | bigint | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** What a struct may hold at most. */
export interface ThriftLimits {
  /** Values, those in lists and inner structs included. */
  readonly values: number;
  /** Structs and lists in one another. */
  readonly depth: number;
}

const TYPE = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 } as const;

/**
 * Reads a struct of the compact protocol (thrift.apache.org), as Parquet has it: without sets and maps. A length is
 * believed only as far as there are bytes, so that memory follows the bytes and not what they say.
 * @throws Error where the bytes are no such struct, or hold more than the limits.
 */
export function readThrift(
  bytes: Uint8Array,
  start: number,
  limits: ThriftLimits,
): { readonly value: ThriftStruct; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [at, left] = [start, limits.values];

  function varint(mostBytes: number): bigint {
    let result = 0n;
    for (let index = 0; index < mostBytes; index++) {
      const byte = view.getUint8(at++);
      result |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return result;
    }
    throw new Error("a number has too many bytes");
  }
  const zigzag = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n);
  const integer = (): number => Number(BigInt.asIntN(32, zigzag(BigInt.asUintN(32, varint(5)))));
  /** A number of things of which each takes a byte at least. */
  const length = (): number => {
    const count = Number(varint(5));
    if (count > view.byteLength - at) throw new Error(`a length of ${count} is beyond the end`);
    return count;
  };

  function list(depth: number): ThriftValue[] {
    const head = view.getUint8(at++);
    const [type, short] = [head & 0x0f, head >> 4];
    const count = short === 15 ? length() : short;
    const values: ThriftValue[] = [];
    // A boolean in a list has a byte of its own.
    const isBoolean = type === TYPE.true || type === TYPE.false;
    for (let index = 0; index < count; index++)
      values.push(isBoolean ? view.getUint8(at++) === 1 : element(type, depth));
    return values;
  }

  function element(type: number, depth: number): ThriftValue {
    if (--left < 0) throw new Error(`more than ${limits.values} values`);
    if (depth > limits.depth) throw new Error(`nested deeper than ${limits.depth} levels`);
    switch (type) {
      case TYPE.true:
      case TYPE.false:
        return type === TYPE.true;
      case TYPE.byte:
        return view.getInt8(at++);
      case TYPE.i16:
      case TYPE.i32:
        return integer();
      case TYPE.i64:
        return BigInt.asIntN(64, zigzag(varint(10)));
      case TYPE.double:
        return view.getFloat64((at += 8) - 8, true);
      case TYPE.binary: {
        const count = length();
        return bytes.subarray(at, (at += count));
      }
      case TYPE.list:
        return list(depth + 1);
      case TYPE.struct:
        return struct(depth + 1);
      default:
        throw new Error(`there is no type ${type}`);
    }
  }

  function struct(depth: number): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (let head = view.getUint8(at++); (head & 0x0f) !== 0; head = view.getUint8(at++)) {
      const step = head >> 4;
      id = step === 0 ? integer() : id + step;
      fields.set(id, element(head & 0x0f, depth));
    }
    return fields;
  }
  const value = struct(0);
  return { value, end: at };
}
