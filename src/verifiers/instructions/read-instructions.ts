import { checkOptions } from "../../core/check-options.ts";
import { RlvrError } from "../../core/errors.ts";
import { nearestName } from "../../core/nearest-name.ts";
import type { VerifierProblem } from "../define-verifier.ts";
import type { Instruction } from "./instruction.ts";
import { INSTRUCTIONS } from "./registry.ts";

/** An instruction of a problem, with its checked arguments. */
export interface AskedInstruction {
  readonly id: string;
  readonly instruction: Instruction;
  readonly kwargs: unknown;
}

/**
 * The instructions of a problem: `instruction_id_list`, and `kwargs` with an object of arguments for each. Arguments
 * that are null count as left out: tables such as the data set google/IFEval have a column for every argument.
 * @throws RlvrError `unknown_name` with the nearest id; `bad_recipe` when arguments are wrong; Error when a list is none.
 */
export function readInstructions(problem: VerifierProblem): AskedInstruction[] {
  const ids: unknown = problem["instruction_id_list"];
  if (!Array.isArray(ids) || ids.length === 0) {
    throw new Error("the problem's `instruction_id_list` is not a list of at least one id");
  }
  const kwargs: unknown = problem["kwargs"] ?? ids.map(() => ({}));
  if (!Array.isArray(kwargs) || kwargs.length !== ids.length) {
    throw new Error(`the problem's \`kwargs\` is not a list of ${ids.length} objects, one an instruction`);
  }
  return ids.map((id: unknown, index) => {
    const instruction = INSTRUCTIONS.get(String(id));
    if (instruction === undefined) throw unknownInstruction(String(id));
    return { id: String(id), instruction, kwargs: readArguments(instruction, String(id), kwargs[index]) };
  });
}

function readArguments({ kwargs }: Instruction, id: string, given: unknown): unknown {
  const entries = Object.entries(given ?? {}).filter(([, value]) => value !== null);
  return checkOptions(kwargs, Object.fromEntries(entries), `instruction "${id}"`);
}

/** The nearest id stands in the message, which is all that a verdict keeps of an error. */
function unknownInstruction(id: string): RlvrError {
  const known = [...INSTRUCTIONS.keys()];
  const nearest = nearestName(id, known) ?? known.find((each) => each.split(":").at(-1) === id);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return new RlvrError("unknown_name", `there is no instruction "${id}"${hint}`, {
    advice: `There are: ${known.join(", ")}.`,
  });
}
