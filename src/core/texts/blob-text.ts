const BYTES_SHOWN = 8;

/** A blob as people see it: its first bytes in SQLite's own notation, and its size. */
export function blobText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, BYTES_SHOWN)).toString("hex");
  return `x'${shown}${bytes.length > BYTES_SHOWN ? "…" : ""}' (${bytes.length} bytes)`;
}
