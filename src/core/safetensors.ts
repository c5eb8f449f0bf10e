import { RlvrError } from "./errors.ts";

/**
 * The safetensors file format (https://github.com/huggingface/safetensors): eight bytes of header length, a JSON
 * header, then the tensors without gaps. Tensors are laid out as the reference implementation does, by falling
 * element size and then by name, so a file of float32 tensors alone is one flat vector in order of names.
 */

const TYPES = {
  F32: Float32Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
} as const;

/** The element types that rlvr reads and writes. */
export type TensorType = keyof typeof TYPES;

/** A dense tensor: row-major values and their shape. */
export interface Tensor<T extends TensorType = TensorType> {
  readonly type: T;
  readonly shape: readonly number[];
  readonly data: InstanceType<(typeof TYPES)[T]>;
}

/** What a safetensors file holds. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  dtype: TensorType;
  shape: number[];
  data_offsets: [number, number];
}

/** The bytes of a safetensors file with these tensors. The same input gives the same bytes. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort((a, b) => {
    const bySize = elementSize(tensors[b]?.type) - elementSize(tensors[a]?.type);
    return bySize === 0 ? (a < b ? -1 : 1) : bySize;
  });
  const header: Record<string, HeaderEntry | Record<string, string>> = {};
  if (Object.keys(metadata).length > 0) header["__metadata__"] = { ...metadata };
  let offset = 0;
  for (const name of names) {
    const tensor = tensors[name] as Tensor;
    const end = offset + tensor.data.byteLength;
    header[name] = { dtype: tensor.type, shape: [...tensor.shape], data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const name of names) {
    const { data } = tensors[name] as Tensor;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads the bytes of a safetensors file. Tensors are views of one copy of the bytes.
 * @throws RlvrError `bad_checkpoint` when the bytes are cut short, not safetensors, or of a type rlvr does not use.
 */
export function decodeSafetensors(bytes: Uint8Array, label: string): TensorFile {
  const fail = (why: string, cause?: unknown): never => {
    throw new RlvrError("bad_checkpoint", `${label} is not a usable safetensors file: ${why}`, {
      advice: "Use an intact file; a checkpoint that was cut short can be replaced by the one before it.",
      cause,
    });
  };
  if (bytes.byteLength < 8) return fail("it is shorter than its own header");
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const start = 8 + headerLength;
  if (start > bytes.byteLength) return fail("its header is cut short");
  let header: Record<string, HeaderEntry> & { __metadata__?: Record<string, string> };
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  } catch (error) {
    return fail("its header is not JSON", error);
  }
  // One aligned copy, whatever the alignment of the bytes that came in. (slice() of a Buffer would not copy.)
  const body = new Uint8Array(bytes.subarray(start)).buffer;
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets: span }] of Object.entries(entries)) {
    const ArrayType = TYPES[dtype];
    if (ArrayType === undefined)
      return fail(`tensor ${name} has type ${dtype}; rlvr reads ${Object.keys(TYPES).join(", ")}`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (span[1] > body.byteLength) return fail(`tensor ${name} is cut short`);
    if (span[1] - span[0] !== count * ArrayType.BYTES_PER_ELEMENT)
      return fail(`tensor ${name} does not fill its shape`);
    tensors.set(name, { type: dtype, shape, data: new ArrayType(body, span[0], count) } as Tensor);
  }
  return { tensors, metadata };
}

/**
 * The tensor of a name and type.
 * @throws RlvrError `bad_checkpoint` when it is missing or of another type.
 */
export function tensorOf<T extends TensorType>(file: TensorFile, name: string, type: T): Tensor<T> {
  const tensor = file.tensors.get(name);
  if (tensor?.type !== type) {
    throw new RlvrError(
      "bad_checkpoint",
      `tensor ${name} is ${tensor ? `of type ${tensor.type}` : "missing"}, expected ${type}`,
      {
        advice: "The file was written by another version of the protocol, or is not what its name says.",
      },
    );
  }
  return tensor as Tensor<T>;
}

function elementSize(type: TensorType | undefined): number {
  return type === undefined ? 0 : TYPES[type].BYTES_PER_ELEMENT;
}
