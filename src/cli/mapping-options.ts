import { Option, type Command } from "commander";
import { FORMATS, mappingFrom, type FormatName } from "../problems/import/formats.ts";
import type { Mapping } from "../problems/import/map-record.ts";

/** Options that say where the parts of a problem are. */
export interface MappingOptions {
  readonly from?: FormatName;
  readonly problem?: string;
  readonly messages?: string;
  readonly answer?: string;
  readonly answerAfter?: string;
  readonly arm?: string;
  readonly armName?: string;
  readonly id?: string;
}

/** Adds the options that say where the parts of a problem are. */
export function addMappingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--from <format>",
        "format of another tool, whose columns the file has; the options below override it",
      ).choices(Object.keys(FORMATS)),
    )
    .option("--problem <field>", "field that holds the problem; a.b is field b of field a (default: problem)")
    .option(
      "--messages <field>",
      "field that holds the conversation that a problem is asked by (default: the problem's)",
    )
    .option("--answer <field>", "field that holds the answer (default: answer)")
    .option("--answer-after <marker>", 'take only what follows the last such text in the answer, as "#### " in GSM8K')
    .option("--arm <field>", "field that holds the arm (default: arm, where there is one)")
    .addOption(new Option("--arm-name <name>", "the arm of every problem").conflicts("arm"))
    .option("--id <field>", "field that holds the id (default: id, where there is one)");
}

/** The mapping of these options; undefined without any, when the file is a problem set as it is. */
export function mappingIfAny(options: MappingOptions): Mapping | undefined {
  const { from, problem, messages, answer, answerAfter, arm, armName, id } = options;
  const named = [from, problem, messages, answer, answerAfter, arm, armName, id];
  const isNamed = named.some((option) => option !== undefined);
  return isNamed ? mappingOf(options) : undefined;
}

/** The mapping of these options. */
export function mappingOf(
  { from, problem, messages, answer, answerAfter, arm, armName, id }: MappingOptions,
  keep?: Mapping["keep"],
): Mapping {
  return mappingFrom(from, { problem, messages, answer, answerAfter, arm, armName, id, keep });
}

/** The formats, a line each, for the help of a command. */
export const FORMATS_HELP = Object.entries(FORMATS)
  .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  .join("\n");
