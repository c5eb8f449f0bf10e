import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RlvrError } from "../../../core/errors.ts";
import { modelNames, readModelJson } from "../../../core/files/model-file.ts";
import { copyModelFile, isBesideWeights } from "../../../exports/model/copy-model-file.ts";
import type { ModelKind } from "../../../exports/model/model-card.ts";
import { interpreterFor } from "../../../run/start/choose-trainer.ts";
import type { OpenedVersion } from "../../../run/versions/open-version.ts";
import { mergeAdapter } from "../../../trainer/merge/merge-adapter.ts";
import { policyLayout } from "../../../trainer/policy-layout.ts";
import { MAX_MANIFEST, readProtocolFile } from "../../../trainer/protocol/json.ts";
import { exportManifest } from "../../../trainer/protocol/schemas.ts";
import type { ExportRequest } from "../formats.ts";

const ADAPTER_CONFIG = "adapter_config.json";
/** Files of a policy in rlvr's layout that do not hang on its weights. */
const RLVR_FILES = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];

/** Share of the work that merging is; the rest is copying small files. */
const MERGING = 0.95;

/** What is written, and how it is told. */
export interface WeightsRequest extends Pick<ExportRequest, "merge" | "onProgress" | "signal"> {
  /** What others call the base. */
  readonly baseModel: string;
  /** A folder that exists. */
  readonly out: string;
}

/** A version's own files: the folder of its export, and their names. */
interface Exported {
  readonly folder: string;
  readonly names: readonly string[];
}

/** What a version of a run is exported as. @throws RlvrError `bad_usage` for a merge without an adapter. */
export function kindOf({ recipe }: OpenedVersion, merge: boolean): ModelKind {
  const isOnnx = policyLayout(recipe.policy.model) === "rlvr";
  if (!isOnnx && recipe.trainer.torch?.mode === "lora") return merge ? "merged" : "adapter";
  if (!merge) return isOnnx ? "onnx" : "weights";
  throw new RlvrError("bad_usage", "the run trains all weights of its policy: there is no adapter to merge", {
    advice: "Leave out --merge: the folder is a whole model without it.",
  });
}

/**
 * Writes the weights of a version and all that a model's folder needs besides: its config, its tokenizer with the chat
 * template, its generation config.
 * @throws RlvrError `bad_checkpoint` or `missing_file` for files that are not what they should be, and like mergeAdapter.
 */
export async function writeWeights(version: OpenedVersion, kind: ModelKind, request: WeightsRequest): Promise<void> {
  const base = version.recipe.policy.model;
  const exported = exportedFiles(version);
  if (kind === "onnx") {
    mkdirSync(join(request.out, "graphs"));
    const graphs = modelNames(join(base, "graphs")).filter((name) => name.endsWith(".onnx"));
    const names = new Set(modelNames(base));
    const kept = [...RLVR_FILES.filter((name) => names.has(name)), ...graphs.map((name) => join("graphs", name))];
    return copyFiles([...pathsIn(base, kept), ...pathsIn(exported.folder, exported.names)], request);
  }
  if (kind === "merged") await mergeInto(version, exported.folder, request);
  const own = kind === "merged" ? [] : exported.names.filter((name) => name !== ADAPTER_CONFIG);
  const written = new Set([...modelNames(request.out), ...own]);
  const beside = modelNames(base).filter((name) => isWanted(name, version, kind) && !written.has(name));
  await copyFiles([...pathsIn(base, beside), ...pathsIn(exported.folder, own)], request);
  if (kind === "adapter") writeAdapterConfig(exported.folder, request);
}

function mergeInto(
  { recipe }: OpenedVersion,
  adapter: string,
  { out, onProgress, signal }: WeightsRequest,
): Promise<void> {
  const { model: base, trust_remote_code: trustRemoteCode } = recipe.policy;
  const python = interpreterFor(recipe.trainer.torch as NonNullable<typeof recipe.trainer.torch>);
  const tell = (share: number, doing: string): void => onProgress({ share: share * MERGING, numbers: doing });
  return mergeAdapter({ python, base, adapter, out, trustRemoteCode }, tell, signal);
}

function isWanted(name: string, { recipe }: OpenedVersion, kind: ModelKind): boolean {
  // How the base is built is the base's to say.
  if (name === "config.json") return kind !== "adapter";
  return isBesideWeights(name) || (recipe.policy.trust_remote_code && name.endsWith(".py"));
}

function exportedFiles({ directory, checkpoint, weights }: OpenedVersion): Exported {
  const folder = join(directory, checkpoint?.exportDirectory ?? "");
  const manifest = readProtocolFile(exportManifest, join(folder, "manifest.json"), MAX_MANIFEST);
  if (manifest !== undefined) return { folder, names: Object.keys(manifest.files) };
  throw new RlvrError(
    "missing_file",
    `the weights of policy version ${weights.policyVersion} are gone from ${folder}`,
    {
      advice: "Bring the run's folder back to where it was, beside its database.",
    },
  );
}

/** The adapter's settings, with the base by the name that others know it by. */
function writeAdapterConfig(folder: string, { baseModel, out }: WeightsRequest): void {
  const path = join(folder, ADAPTER_CONFIG);
  const config = readModelJson(path, z.record(z.string(), z.unknown()));
  const named = { ...config, base_model_name_or_path: baseModel };
  writeFileSync(join(out, ADAPTER_CONFIG), `${JSON.stringify(named, undefined, 2)}\n`, { flag: "wx" });
}

function pathsIn(folder: string, names: readonly string[]): { readonly from: string; readonly name: string }[] {
  return names.map((name) => ({ from: join(folder, name), name }));
}

async function copyFiles(files: ReturnType<typeof pathsIn>, { out, onProgress }: WeightsRequest): Promise<void> {
  const total = files.reduce((sum, { from }) => sum + (statSync(from, { throwIfNoEntry: false })?.size ?? 0), 0);
  let bytes = 0;
  for (const { from, name } of files)
    await copyModelFile(from, join(out, name), (more) => {
      bytes += more;
      onProgress({ share: bytes / Math.max(1, total), numbers: `${(bytes / 1e6).toFixed(0)} MB` });
    });
}
