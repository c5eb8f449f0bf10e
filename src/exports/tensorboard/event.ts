/**
 * Messages of TensorBoard's event files in protobuf's wire format: Event {1: double wall_time, 2: int64 step,
 * 3: string file_version, 5: Summary}, Summary {1: repeated Value}, Value {1: string tag, 2: float simple_value}
 * (tensorboard/compat/proto/event.proto and summary.proto).
 */

/** Wire types of protobuf. */
const [VARINT, EIGHT_BYTES, DELIMITED, FOUR_BYTES] = [0, 1, 2, 5];

/** The event that every file begins with. */
export function versionEvent(wallTime: number): Buffer {
  return Buffer.concat([wallTimeField(wallTime), delimited(3, Buffer.from("brain.Event:2"))]);
}

/**
 * An event with scalars of a step.
 * @param wallTime in seconds since 1970.
 * @param values by tag, kept as float32.
 */
export function scalarEvent(wallTime: number, step: number, values: Readonly<Record<string, number>>): Buffer {
  const summary = Object.entries(values).map(([tag, value]) =>
    delimited(1, Buffer.concat([delimited(1, Buffer.from(tag)), floatField(2, value)])),
  );
  return Buffer.concat([
    wallTimeField(wallTime),
    Buffer.from([key(2, VARINT), ...varint(step)]),
    delimited(5, Buffer.concat(summary)),
  ]);
}

function wallTimeField(seconds: number): Buffer {
  const bytes = Buffer.alloc(9, key(1, EIGHT_BYTES));
  bytes.writeDoubleLE(seconds, 1);
  return bytes;
}

function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(5, key(field, FOUR_BYTES));
  bytes.writeFloatLE(value, 1);
  return bytes;
}

function delimited(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([key(field, DELIMITED), ...varint(content.length)]), content]);
}

function key(field: number, wireType: number): number {
  return field * 8 + wireType;
}

/** A whole number in groups of seven bits, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}
