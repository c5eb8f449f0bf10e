import { Command } from "commander";
import { z } from "zod";
import { RlvrError, messageOf } from "../../core/errors.ts";
import type { RewardGroup } from "../../objectives/objective.ts";
import { configureObjective } from "../../objectives/registry.ts";
import { jsonOption } from "../common-options.ts";
import { readInput } from "../input.ts";
import { writeOut } from "../output.ts";
import { optionsOf, setOption, type SetEntry } from "../set-option.ts";

const groupSchema = z
  .strictObject({
    rewards: z.array(z.number().nullable()),
    passed: z.array(z.boolean().nullable()).optional(),
    answers: z.array(z.string().nullable()).optional(),
    lengths: z.array(z.int().nonnegative()).optional(),
  })
  .check((context) => {
    const { rewards, ...others } = context.value;
    for (const [field, values] of Object.entries(others)) {
      if (values === undefined || values.length === rewards.length) continue;
      const message = `has ${values.length} entries where rewards has ${rewards.length}`;
      context.issues.push({ code: "custom", message, path: [field], input: values });
    }
  });

const inputSchema = z.strictObject({ groups: z.array(groupSchema) });

/** `rlvr advantages OBJECTIVE --input FILE.json`: rewards in, credit out, as one JSON document. */
export function advantagesCommand(): Command {
  return new Command("advantages")
    .description("turn rewards into advantages and loss weights")
    .argument("<objective>", "name of the objective, such as grpo")
    .requiredOption(
      "--input <file>",
      "JSON {groups: [{rewards, passed?, answers?, lengths?}]}, or - for stdin; a missing length is 1",
    )
    .addOption(setOption("an option of the objective, such as eps=1e-4; may be repeated"))
    .addOption(jsonOption())
    .action(async (name: string, { input, set }: { readonly input: string; readonly set: readonly SetEntry[] }) => {
      const objective = configureObjective(name, optionsOf(set));
      const groups = objective.credit(parseGroups(await readInput(input), input));
      await writeOut(`${JSON.stringify({ groups })}\n`);
    });
}

function parseGroups(text: string, file: string): RewardGroup[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badInput(file, [`it is not JSON: ${messageOf(error)}`], error);
  }
  const result = inputSchema.safeParse(value);
  if (!result.success) {
    throw badInput(
      file,
      result.error.issues.map((issue) => `${z.core.toDotPath(issue.path) || "the document"}: ${issue.message}`),
      result.error,
    );
  }
  return result.data.groups.map(({ rewards, lengths }) => ({ rewards, lengths: lengths ?? rewards.map(() => 1) }));
}

function badInput(file: string, faults: readonly string[], cause: unknown): RlvrError {
  const lines = faults.map((fault) => `  ${fault}`).join("\n");
  return new RlvrError("bad_usage", `${file} does not hold groups of rewards:\n${lines}`, {
    advice:
      'Write {"groups": [{"rewards": [1, 0, null], "lengths": [12, 9, 30]}]}, with entries of all fields in one order.',
    cause,
  });
}
