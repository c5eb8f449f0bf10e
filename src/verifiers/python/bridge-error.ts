import { inspect } from "node:util";
import type { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { unknownName } from "../../core/nearest-name.ts";
import type { bridgeErrorSchema, BridgeTarget } from "./bridge-protocol.ts";

type ErrorReply = z.output<typeof bridgeErrorSchema>;

/** Something that went wrong in Python: its message, with Python's traceback, is all that there is to show of it. */
export class BridgeError extends Error {
  readonly #reply: ErrorReply | undefined;

  constructor(message: string, reply?: ErrorReply) {
    super(message);
    this.#reply = reply;
  }

  [inspect.custom](): string {
    return this.message;
  }

  /** Whether it concerns a group as a whole: see `Verifier.verifyGroup`. */
  get ofGroup(): boolean {
    return this.#reply?.of_group === true;
  }

  /** What Python said; undefined when it said nothing any more. */
  get reply(): ErrorReply | undefined {
    return this.#reply;
  }
}

/** Characters of why a target does not load that are told. */
const MAX_REASON = 8000;

const OTHER_INTERPRETER = "name another interpreter by the option `interpreter`, such as .venv/bin/python";

/** The error of a target that does not load, with what to do about it. */
export function loadError(target: BridgeTarget, cause: Error): RlvrError {
  const reply = cause instanceof BridgeError ? cause.reply : undefined;
  const isFile = target.kind === "function";
  const what = isFile ? target.path : `reasoning-gym:${target.name}`;
  if (reply?.names !== undefined) {
    return unknownName(isFile ? `function of ${what} named` : "dataset of reasoning-gym", target.name, reply.names);
  }
  if (reply?.missing_module !== undefined) {
    const { missing_module: module, interpreter, version } = reply;
    const lack = `${what} needs the module ${module}, which Python ${version} at ${interpreter} does not have`;
    return new RlvrError("verifier_failed", lack, {
      advice: `Install it there (${interpreter} -m pip install ...), or ${OTHER_INTERPRETER}.`,
      cause,
    });
  }
  return new RlvrError("verifier_failed", `${what} does not load: ${cause.message.slice(0, MAX_REASON)}`, {
    advice: isFile
      ? "Correct the file. It runs in a process of its own, with its folder as the working directory and on the path."
      : "Look whether this dataset works in Python: reasoning_gym.get_score_answer_fn(NAME).",
    cause,
  });
}

/** The error of an interpreter that does not start. */
export function interpreterError(interpreter: string, cause: Error): RlvrError {
  return new RlvrError("missing_file", `the Python interpreter ${interpreter} does not start: ${cause.message}`, {
    advice: `Install Python 3.9 or newer, or ${OTHER_INTERPRETER}.`,
    cause,
  });
}
