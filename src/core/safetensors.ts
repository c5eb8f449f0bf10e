import { z } from "zod";
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

/** Longest header of the reference implementation, in bytes. */
const MAX_HEADER = 100_000_000;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(entrySchema);

type HeaderEntry = z.infer<typeof entrySchema>;

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
 * Reads the bytes of a safetensors file. Tensors are views of one copy of the bytes. Refuses what the reference
 * implementation refuses: tensors that overlap, leave gaps, or do not fill the file.
 * @param label names the file in messages.
 * @throws RlvrError `bad_checkpoint` when the bytes are cut short, not safetensors, or of a type rlvr does not use.
 */
export function decodeSafetensors(bytes: Uint8Array, label: string): TensorFile {
  const fail = (why: string, cause?: unknown): never => {
    throw new RlvrError("bad_checkpoint", `${label} is not a usable safetensors file: ${why}`, {
      advice: "Use an intact file; a checkpoint that was cut short can be replaced by the one before it.",
      cause,
    });
  };
  const { header, start } = readHeader(bytes, fail);
  // One aligned copy, whatever the alignment of the bytes that came in. (slice() of a Buffer would not copy.)
  const body = new Uint8Array(bytes.subarray(start)).buffer;
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, Tensor>();
  const inOrder = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  let at = 0;
  for (const [name, { dtype, shape, data_offsets: span }] of inOrder) {
    if (!isTensorType(dtype))
      return fail(`tensor ${name} has type ${dtype}; rlvr reads ${Object.keys(TYPES).join(", ")}`);
    const ArrayType = TYPES[dtype];
    const count = shape.reduce((product, size) => product * size, 1);
    if (span[0] !== at) return fail(`tensor ${name} does not begin where the one before it ends`);
    if (span[1] > body.byteLength) return fail(`tensor ${name} is cut short`);
    if (span[1] - span[0] !== count * ArrayType.BYTES_PER_ELEMENT)
      return fail(`tensor ${name} does not fill its shape`);
    if (span[0] % ArrayType.BYTES_PER_ELEMENT !== 0) return fail(`tensor ${name} is not aligned to its elements`);
    tensors.set(name, { type: dtype, shape, data: new ArrayType(body, span[0], count) } as Tensor);
    at = span[1];
  }
  if (at !== body.byteLength) return fail(`${body.byteLength - at} bytes at its end belong to no tensor`);
  return { tensors, metadata };
}

function readHeader(
  bytes: Uint8Array,
  fail: (why: string, cause?: unknown) => never,
): { readonly header: z.infer<typeof headerSchema>; readonly start: number } {
  if (bytes.byteLength < 8) return fail("it is shorter than its own header");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const start = 8 + length;
  if (start > bytes.byteLength) return fail("its header is cut short");
  if (length > MAX_HEADER) return fail(`its header has ${length} bytes, ${MAX_HEADER} are the most`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  } catch (error) {
    return fail("its header is not JSON", error);
  }
  const parsed = headerSchema.safeParse(json);
  if (parsed.success) return { header: parsed.data, start };
  const issue = parsed.error.issues[0];
  return fail(`its header is not valid at ${issue?.path.join(".") || "its top"}: ${issue?.message}`, parsed.error);
}

function isTensorType(name: string): name is TensorType {
  return Object.hasOwn(TYPES, name);
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
