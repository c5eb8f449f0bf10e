import { expect, test } from "vitest";
import { sha256 } from "../../core/files/files.ts";
import { encodeSafetensors } from "../../core/safetensors.ts";
import { decodeCheckpoint, decodeModel, encodeCheckpoint, type ParameterShapes } from "./checkpoint.ts";
import { decodeJson } from "./json.ts";
import { checkpointManifest, exportManifest } from "./schemas.ts";
import type { VerifiedDirectory } from "./verified-directory.ts";

const shapes: ParameterShapes = [
  ["a", [2]],
  ["b", [1, 3]],
];
const state = {
  policyVersion: 7,
  optimizerStep: 21,
  params: Float32Array.of(1, 2, 3, 4, 5),
  firstMoment: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5),
  secondMoment: Float32Array.of(6, 7, 8, 9, 10),
};

type CheckpointDirectory = VerifiedDirectory<ReturnType<typeof checkpointManifest.parse>>;

function written(): CheckpointDirectory {
  const { files } = encodeCheckpoint(state, shapes).checkpoint;
  const manifest = decodeJson(checkpointManifest, String(files["manifest.json"]), "manifest");
  const tensors = Object.entries(files).flatMap(([name, bytes]) =>
    typeof bytes === "string" ? [] : ([[name, bytes]] as const),
  );
  return { manifest, files: new Map(tensors) };
}

test("a checkpoint holds the whole state, and its identity is that of its files alone", () => {
  const directory = written();
  expect(decodeCheckpoint(directory, shapes, "checkpoint")).toEqual(state);
  const { files, sha256: identity } = directory.manifest;
  const lines = Object.entries(files).map(([name, hash]) => `${name}:${hash}`);
  expect(lines.map((line) => line.split(":")[0]).sort()).toEqual(["model.safetensors", "optimizer.safetensors"]);
  expect(identity).toBe(sha256(lines.sort().join("\n")));
  expect(encodeCheckpoint({ ...state, policyVersion: 8 }, shapes).checkpoint.sha256).toBe(identity);
  expect(encodeCheckpoint({ ...state, optimizerStep: 22 }, shapes).checkpoint.sha256).not.toBe(identity);
});

test("the export is the checkpoint's model with a manifest of its own", () => {
  const encoded = encodeCheckpoint(state, shapes);
  expect(encoded.export["model.safetensors"]).toBe(encoded.checkpoint.files["model.safetensors"]);
  const manifest = decodeJson(exportManifest, String(encoded.export["manifest.json"]), "manifest");
  expect(manifest.policy_version).toBe(7);
});

test("a model of another policy is refused, and what differs is named", () => {
  const model = (tensors: Record<string, number[]>): Uint8Array =>
    encodeSafetensors(
      Object.fromEntries(
        Object.entries(tensors).map(([name, shape]) => [
          name,
          { type: "F32", shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) },
        ]),
      ),
    );
  expect(() => decodeModel(model({ a: [2] }), shapes, "m")).toThrow("tensor b is missing");
  expect(() => decodeModel(model({ a: [2], b: [3, 1] }), shapes, "m")).toThrow(
    "m does not fit: b has shape [3, 1], the policy's is [1, 3]",
  );
  expect(() => decodeModel(model({ a: [2], b: [1, 3], c: [1] }), shapes, "m")).toThrow("the policy has no parameter c");
});

test("parts that do not belong together are refused", () => {
  const { manifest, files } = written();
  const changed = (change: object) => () =>
    decodeCheckpoint({ manifest: { ...manifest, ...change }, files }, shapes, "c");
  expect(changed({ sha256: "0".repeat(64) })).toThrow("its sha256 is not that of its files");
  expect(changed({ optimizer_step: 3 })).toThrow("its optimiser is at step 21, its manifest says 3");
});
