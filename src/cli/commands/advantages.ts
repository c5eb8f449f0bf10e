import { Command } from "commander";
import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { parseJsonAs } from "../../core/files/read-json.ts";
import type { CreditedGroup, RewardGroup } from "../../objectives/objective.ts";
import { configureObjective } from "../../objectives/registry.ts";
import { jsonOption } from "../common-options.ts";
import { readInput } from "../input.ts";
import { writeOut } from "../output.ts";
import { optionsOf, setOption, type SetEntry } from "../set-option.ts";

const logprobsSchema = z.array(z.array(z.number())).optional();

const groupSchema = z
  .strictObject({
    rewards: z.array(z.number().nullable()),
    passed: z.array(z.boolean().nullable()).optional(),
    answers: z.array(z.string().nullable()).optional(),
    lengths: z.array(z.int().nonnegative()).optional(),
    logprobs: logprobsSchema,
    teacher_logprobs: logprobsSchema,
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
      "JSON {groups: [{rewards, passed?, answers?, lengths?, logprobs?, teacher_logprobs?}]}, or - for stdin; " +
        "lengths default to those of logprobs, or to 1",
    )
    .addOption(setOption("an option of the objective, such as eps=1e-4; may be repeated"))
    .addOption(jsonOption())
    .action(async (name: string, { input, set }: { readonly input: string; readonly set: readonly SetEntry[] }) => {
      const objective = configureObjective(name, optionsOf(set));
      const groups = objective.credit(parseGroups(await readInput(input), input)).map(printed);
      await writeOut(`${JSON.stringify({ groups })}\n`);
    });
}

function parseGroups(text: string, file: string): RewardGroup[] {
  return parseJsonAs(inputSchema, text, (why, cause) => badInput(file, why, cause)).groups.map(readGroup);
}

function readGroup(group: z.output<typeof groupSchema>): RewardGroup {
  const { rewards, passed, answers, logprobs, teacher_logprobs: teacherLogprobs } = group;
  return {
    rewards,
    lengths: group.lengths ?? rewards.map((_, index) => logprobs?.[index]?.length ?? 1),
    ...(passed && { passed }),
    ...(answers && { answers }),
    ...(logprobs && { logprobs }),
    ...(teacherLogprobs && { teacherLogprobs }),
  };
}

/** A group's credit in the names of the JSON document; what an objective does not have is left out. */
function printed({ advantages, weights, advantages2, weights2, tokenAdvantages }: CreditedGroup) {
  return {
    advantages,
    weights,
    advantages_2: advantages2,
    weights_2: weights2,
    token_advantages: tokenAdvantages,
  };
}

function badInput(file: string, why: string, cause: unknown): RlvrError {
  return new RlvrError("bad_usage", `${file} does not hold groups of rewards: it ${why}`, {
    advice:
      'Write {"groups": [{"rewards": [1, 0, null], "lengths": [12, 9, 30]}]}, with entries of all fields in one order.',
    cause,
  });
}
