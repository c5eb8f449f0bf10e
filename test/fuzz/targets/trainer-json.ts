import fc from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRlvrError } from "../../../src/core/errors.ts";
import { sha256 } from "../../../src/core/files/files.ts";
import { readProtocolFile } from "../../../src/trainer/protocol/json.ts";
import * as schemas from "../../../src/trainer/protocol/schemas.ts";
import { directoryFault, readVerified } from "../../../src/trainer/protocol/verified-directory.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { rarely } from "../rarely.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-fuzz-trainer-"));
const directory = join(folder, "000001");
mkdirSync(directory);
const content = "weights";
writeFileSync(join(directory, "model.safetensors"), content);
writeFileSync(join(folder, "outside"), content);
symlinkSync("/dev/zero", join(directory, "zeros"));
symlinkSync("loop", join(directory, "loop"));
const hash = sha256(content);

const files = { "model.safetensors": hash };
const kinds = {
  heartbeat: { schema: schemas.heartbeat, value: { counter: 3, phase: "idle", progress: { 0: 1 }, policy_version: 2 } },
  controlRequest: { schema: schemas.controlRequest, value: { kind: "train", batch: "batches/000001" } },
  controlAnswer: {
    schema: schemas.controlAnswer,
    value: {
      ok: true,
      policy_version: 2,
      parent_version: 1,
      checkpoint: { directory: "checkpoints/000002", sha256: hash },
      export: { directory: "exports/000002" },
      metrics: { loss: 0.5 },
      trainer: { name: "torch", versions: { torch: "2" } },
    },
  },
  launch: {
    schema: schemas.launch,
    value: { protocol: 1, epoch: 1, policy_directory: "/p", start_from: { kind: "base" }, settings: {} },
  },
  checkpointManifest: {
    schema: schemas.checkpointManifest,
    value: { protocol: 1, kind: "checkpoint", policy_version: 2, optimizer_step: 4, files, sha256: hash },
  },
  exportManifest: {
    schema: schemas.exportManifest,
    value: {
      protocol: 1,
      kind: "export",
      policy_version: 2,
      files,
      probe: { input_ids: [1, 2], prompt_length: 1, logprobs: [-1], parent_logprobs: [-1] },
    },
  },
} as const;
type Kind = keyof typeof kinds;

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0.5, 2 ** 53, 1e308, "", "x".repeat(3000), [], {}, true, hash, files),
  fc.constantFrom<unknown>(..."../x /etc/passwd a/../../b . .. \u0000 zeros loop ../outside".split(" ")),
  fc
    .constantFrom("../outside", "/dev/zero", "zeros", "loop", ".", "", "a/b", "__proto__", "model.safetensors", "none")
    .map((name): unknown => Object.fromEntries([[name, hash]])),
  fc.array(fc.nat(), { maxLength: 300 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A value put in at the key, in any object of a document. */
function changed(value: unknown, at: number, key: string | null, put: unknown): unknown {
  const objects: Record<string, unknown>[] = [];
  const copy = structuredClone(value) as Record<string, unknown>;
  for (const rest: unknown[] = [copy]; rest.length > 0;) {
    const each = rest.pop();
    if (typeof each !== "object" || each === null) continue;
    objects.push(each as Record<string, unknown>);
    rest.push(...Object.values(each));
  }
  const target = objects[at % objects.length] ?? copy;
  const names = Object.keys(target);
  target[key ?? names[at % names.length] ?? "x"] = put;
  return copy;
}

/** What trainers write: messages and manifests, whole, changed or cut, and the directories that the manifests describe. */
export const target = fuzzTarget({
  input: fc.record({
    kind: fc.constantFrom(...(Object.keys(kinds) as Kind[])),
    change: rarely(2, fc.record({ at: fc.nat(12), key: rarely(4, fc.string({ maxLength: 9 })), put: odd })),
    raw: rarely(20, fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom("[".repeat(50_000), "\ufeff{}", "\u0000"))),
    cut: rarely(12, fc.nat(200)),
  }),
  refusals: ["protocol_violation", "bad_checkpoint", "missing_file"],
  async read({ kind, change, raw, cut }) {
    const { schema, value } = kinds[kind];
    const text = raw ?? JSON.stringify(change === null ? value : changed(value, change.at, change.key, change.put));
    const path = join(directory, "manifest.json");
    writeFileSync(path, text.slice(0, cut ?? undefined));
    if (kind !== "checkpointManifest" && kind !== "exportManifest") return void readProtocolFile(schema, path);
    const read = readVerified(directory, kinds[kind].schema, 0);
    const [whole, fault] = [
      await read.catch((error: unknown) => error),
      await directoryFault(directory, kinds[kind].schema),
    ];
    // Both read the same.
    if (isRlvrError(whole) !== (fault !== undefined)) throw new Error(`${String(whole)} but ${fault}`);
    await read;
  },
  close: async () => rmSync(folder, { recursive: true }),
});
