import { sizeText } from "../../core/texts/size-text.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { sizeOnDisk } from "../../core/files/size-on-disk.ts";
import { baseModelName } from "../../exports/model/base-model.ts";
import { modelCard, type ModelKind } from "../../exports/model/model-card.ts";
import { folderTarget } from "../../exports/target.ts";
import { pushModel, type PushAnswer } from "../../exports/push-model.ts";
import { interpreterFor } from "../../run/start/choose-trainer.ts";
import { exportFault } from "../../run/services/served-weights.ts";
import { openVersion, type OpenedVersion } from "../../run/versions/open-version.ts";
import type { Database } from "../../tracking/database.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { asStarted } from "../command-name.ts";
import { pythonPath, userPath } from "../user-path.ts";
import type { Exported, ExportRequest } from "./formats.ts";
import { modelFacts } from "./model/model-facts.ts";
import { kindOf, writeWeights } from "./model/write-weights.ts";

/** Which version of which run a folder holds; its being there tells that an export wrote the folder. */
const MARK = "rlvr.json";

/**
 * Exports a version of a run as a model's folder: its weights, tokenizer and settings, and a card that says how it came
 * to be.
 * @throws RlvrError `bad_usage` for the base or a merge without an adapter, `bad_checkpoint` for damaged weights.
 */
export async function exportModel(db: Database, run: RunRow, request: ExportRequest): Promise<Exported> {
  if (request.steps.from > 0 || request.steps.to !== Infinity)
    throw new RlvrError("bad_usage", "a model is of one step of a run", {
      advice: `Name it as RUN:STEP: rlvr export ${run.id}:STEP --format model`,
    });
  const version = openVersion(db, request.databasePath, { runId: run.id, at: request.at });
  const { step, checkpoint, directory, recipe } = version;
  if (checkpoint === undefined)
    throw new RlvrError("bad_usage", `run ${run.id} after step 0 is its base, which lies in ${recipe.policy.model}`, {
      advice: `Name a version that was trained. See: rlvr checkpoints ${run.id}`,
    });
  const kind = kindOf(version, request.merge);
  const fault = await exportFault(directory, checkpoint);
  if (fault !== undefined)
    throw new RlvrError(
      "bad_checkpoint",
      `the weights in ${join(directory, checkpoint.exportDirectory)} are damaged: ${fault}`,
      {
        advice: `Choose another version. See: rlvr checkpoints ${run.id}`,
      },
    );
  const path = userPath(request.out ?? `run-${run.id}-step-${step}`);
  const target = folderTarget(path, { force: request.force, files: /^/, mark: MARK });
  try {
    await writeModel(db, version, kind, { ...request, out: target.temporary });
    const written = { kind, step, policyVersion: checkpoint.policyVersion, bytes: sizeOnDisk([target.temporary]) };
    const told = `${NAMES[kind]} of run ${run.id} after step ${step}`;
    const size = `(${sizeText(written.bytes)})`;
    if (request.push !== undefined) {
      const { where } = await push(version, request.push, target.temporary, told, request);
      target.discard();
      return { data: { repository: request.push, where, ...written }, text: `${told} is on the hub ${size}: ${where}` };
    }
    target.commit();
    return {
      data: { out: path, ...written },
      text: `${told} in ${path} ${size}\n${asStarted(HINTS[kind](path))}`,
    };
  } catch (error) {
    target.discard();
    throw error;
  }
}

/** Uploads a folder by the client of the Python that was named, or of the trainer's environment where the run has one. */
function push(
  { recipe }: OpenedVersion,
  repository: string,
  folder: string,
  what: string,
  { python, onProgress, signal }: ExportRequest,
): Promise<PushAnswer> {
  const { torch } = recipe.trainer;
  const usual = (): string => (torch === undefined ? "python3" : interpreterFor(torch));
  const interpreter = python === undefined ? usual() : pythonPath(python);
  const message = `${what} of ${recipe.name}, by rlvr`;
  return pushModel(
    { python: interpreter, folder, repository, message },
    (doing) => onProgress({ share: 0, numbers: doing }),
    signal,
  );
}

async function writeModel(
  db: Database,
  version: OpenedVersion,
  kind: ModelKind,
  request: ExportRequest & { readonly out: string },
): Promise<void> {
  const { out } = request;
  const baseModel = request.baseModel ?? baseModelName(version.recipe.policy.model);
  await writeWeights(version, kind, { ...request, baseModel });
  const facts = modelFacts(db, version, kind, baseModel);
  for (const { file, svg } of facts.curves) writeFileSync(join(out, file), svg);
  writeFileSync(join(out, "README.md"), modelCard(facts));
  const mark = {
    format: "rlvr-model",
    kind,
    run: facts.name,
    step: facts.step,
    policy_version: facts.policyVersion,
    base_model: baseModel,
  };
  writeFileSync(join(out, MARK), `${JSON.stringify(mark, undefined, 2)}\n`);
}

const NAMES: Readonly<Record<ModelKind, string>> = {
  adapter: "The adapter",
  merged: "The merged model",
  weights: "The model",
  onnx: "The policy",
};

/** What to do with a folder. */
const HINTS: Readonly<Record<ModelKind, (path: string) => string>> = {
  adapter: (path) =>
    `Its README.md says how to load it. As a whole model: add --merge. vLLM: --lora-modules tuned=${path}`,
  merged: wholeModel,
  weights: wholeModel,
  onnx: (path) => `Serve it with: rlvr policy serve --model ${path}`,
};

function wholeModel(path: string): string {
  return (
    `Serve it with: rlvr policy start vllm --model ${path}\n` +
    `For llama.cpp, its converter makes a GGUF: python llama.cpp/convert_hf_to_gguf.py ${path} --outfile model.gguf`
  );
}
