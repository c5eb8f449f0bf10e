import fc from "fast-check";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchHubFile } from "../../../src/hub/dataset/fetch-hub-file.ts";
import { fuzzTarget } from "../fuzz-target.ts";

interface Case {
  readonly reference: string;
  /** What the hub says of a file, put over what is true. */
  readonly lie: Readonly<Record<string, unknown>> | string;
  readonly content: Uint8Array;
  /** The download in its place, and its status. */
  readonly sent: Uint8Array | null;
  readonly status: number;
}

let current: Case;
const server = createServer((request, response) => {
  const { content, lie, sent, status } = current;
  const isListing = request.method === "POST";
  const path = current.reference.slice("hf://datasets/me/sums/".length);
  const oid = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  const truth = { type: "file", path, oid, size: content.length };
  const listing = typeof lie === "string" ? lie : JSON.stringify([{ ...truth, ...lie }]);
  request.resume();
  response.writeHead(status, status === 302 && typeof lie === "string" ? { location: encodeURI(lie) } : {});
  response.end(isListing ? listing : (sent ?? content));
});
const folder = mkdtempSync(join(tmpdir(), "rlvr-fuzz-hub-"));
const cacheFolder = join(folder, "cache");
const started = new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

const part = fc.oneof(
  fc.constantFrom("..", ".", "", "a", "train.jsonl", "%2e%2e", "\0", "\\", "contents", "revisions"),
  fc.string({ unit: "binary", maxLength: 300 }),
);
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const reference = fc.oneof(
  { weight: 6, arbitrary: fc.constant("hf://datasets/me/sums/data/train.jsonl") },
  { weight: 2, arbitrary: path.map((text) => `hf://datasets/me/sums/${text}`) },
  { weight: 2, arbitrary: fc.tuple(path, path, path).map(([a, b, c]) => `hf://datasets/${a}@${b}/${c}`) },
);
const hash = fc.oneof(fc.constantFrom("a".repeat(64), "b".repeat(40), "../../../../x", "/etc/passwd"), path);
const size = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.constantFrom(2 ** 53, 1e300, 0.5, "3", null));
const lie = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 4,
    arbitrary: fc.record(
      { oid: hash, size, path, lfs: fc.record({ oid: hash, size }), type: fc.constantFrom("file", "directory", 7) },
      { requiredKeys: [] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.json(),
      fc.string({ unit: "grapheme-ascii" }),
      fc.constantFrom("http://[", "file:///etc/passwd", "/x"),
    ),
  },
);

/** Data sets of the Hugging Face hub: see src/hub. */
export const target = fuzzTarget<Case>({
  input: fc.record({
    reference,
    lie,
    content: fc.uint8Array({ maxLength: 40 }),
    sent: fc.option(fc.uint8Array({ maxLength: 80 }), { freq: 5 }),
    status: fc.oneof(
      { weight: 9, arbitrary: fc.constant(200) },
      { weight: 1, arbitrary: fc.constantFrom(302, 401, 404, 500) },
    ),
  }),
  refusals: ["bad_usage", "missing_file", "hub_failed", "disk_full"],
  read: async (input) => {
    await started;
    current = input;
    rmSync(cacheFolder, { recursive: true, force: true });
    const hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [result] = await Promise.allSettled([fetchHubFile(input.reference, { hubUrl, cacheFolder })]);
    const made = readdirSync(folder).filter((name) => name !== "cache");
    if (made.length > 0) throw new Error(`beside the cache there is ${made.join(", ")}`);
    if (result.status === "rejected") throw result.reason;
    const file = result.value;
    if (!file.startsWith(cacheFolder)) throw new Error(`${file} is outside of the cache`);
    if (!readFileSync(file).equals(input.sent ?? input.content)) throw new Error(`${file} has other bytes`);
  },
  close: async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  },
});
