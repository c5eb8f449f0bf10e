import { join } from "node:path";
import { orDiskFull } from "../../core/files/disk-full.ts";
import { isRlvrError, messageOf, RlvrError } from "../../core/errors.ts";
import { writeFileAtomic } from "../../core/files/files.ts";
import { decodeJson, encodeJson } from "../protocol/json.ts";
import { answerPath, requestPath, type EpochPaths } from "../protocol/paths.ts";
import {
  controlAnswer,
  controlRequest,
  wireError,
  type ControlAnswer,
  type ControlRequest,
  type WireError,
} from "../protocol/schemas.ts";
import { waitForFile } from "../protocol/wait-for-file.ts";
import type { EmbeddedTrainer, Report } from "./embedded-trainer.ts";
import { TRAINER_IDENTITY } from "./identity.ts";

/** Answers the requests of an epoch in order, until it is asked to stop. */
export async function serveControl(paths: EpochPaths, trainer: EmbeddedTrainer, report: Report): Promise<void> {
  const never = new AbortController().signal;
  for (let sequence = 1; ; sequence++) {
    report("idle", trainer.policyVersion());
    const path = requestPath(paths, sequence);
    const text = await waitForFile(path, never);
    if (text === undefined) return;
    const { answer, stop } = await answerTo(text, path, paths, trainer);
    // The last sign of it that stays: not what it did a second before.
    if (stop) report("idle", trainer.policyVersion(), 0, true);
    writeFileAtomic(answerPath(paths, sequence), encodeJson(controlAnswer, answer));
    if (stop) return;
  }
}

async function answerTo(
  text: Buffer,
  path: string,
  paths: EpochPaths,
  trainer: EmbeddedTrainer,
): Promise<{ answer: ControlAnswer; stop: boolean }> {
  try {
    const request = decodeJson(controlRequest, text.toString("utf8"), path);
    return { answer: await perform(request, paths, trainer), stop: request.kind === "stop" };
  } catch (error) {
    return { answer: { ok: false, error: toWireError(error) }, stop: false };
  }
}

async function perform(request: ControlRequest, paths: EpochPaths, trainer: EmbeddedTrainer): Promise<ControlAnswer> {
  switch (request.kind) {
    case "train":
      return trainer.train(join(paths.job, request.batch));
    case "export":
      return trainer.export();
    case "checkpoint":
      return trainer.checkpoint();
    case "rollback":
      return trainer.rollback(request.to);
    case "stop":
      return { ok: true, policy_version: trainer.policyVersion(), trainer: TRAINER_IDENTITY };
    case "broadcast":
      throw new RlvrError("trainer_failed", "the embedded trainer does not broadcast weights", {
        advice: "Ask it for an export and load that into the policy server.",
      });
  }
}

/** An error as it goes over the wire. The stack of an unexpected one goes to the trainer's log. */
export function toWireError(thrown: unknown): WireError {
  const error = orDiskFull(thrown, "Free some space on it, then go on with: rlvr resume");
  if (!isRlvrError(error)) {
    console.error(error);
    return { code: "trainer_failed", message: messageOf(error), advice: "See trainer.log in the epoch's directory." };
  }
  const code = wireError.shape.code.safeParse(error.code).data ?? "trainer_failed";
  return { code, message: error.message, advice: error.advice };
}
