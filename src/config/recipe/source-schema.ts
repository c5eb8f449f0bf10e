import { z } from "zod";
import { verifiersSchema } from "../verifier-schema.ts";
import { fieldsSchema } from "./fields-schema.ts";
import { promptSchema } from "./prompt-schema.ts";
import { generatorSchema } from "./generator-schema.ts";
import { path, positive } from "./scalars.ts";

/** Held-out problems: a file, or how many a generator is to make. */
const heldOut = z.union([path, positive]).optional();

/** A source of a mixture: problems that are asked and judged in one way. */
const sourceSchema = z.strictObject({
  name: z
    .string()
    .max(60)
    .regex(/^[\p{L}\p{N}._-]+$/u, "the name of a source has letters, digits, `.`, `_` and `-` only")
    .describe("What its problems, results and arms are shown under."),
  file: path.optional().describe("Its problems to train on, as problems.practice. Needed without `generate`."),
  generate: generatorSchema
    .optional()
    .describe(
      "In place of a file: a module that makes the problems, without end; each is practised once. A path, a package, or " +
        "{ name, ...its options }.",
    ),
  development: heldOut.describe(
    "Its problems for the evaluations during the run. With `generate`, a number has so many made, over its arms. None: it has none there.",
  ),
  test: heldOut.describe(
    "Its problems for the evaluations before the first and after the last step. With `generate`, a number has so many made.",
  ),
  weight: z
    .number()
    .positive()
    .optional()
    .describe(
      "Share of the groups that it gives, in proportion to the other sources' weights; the curriculum chooses among its arms. " +
        "All sources have a weight or none has: then the curriculum alone decides.",
    ),
  fields: fieldsSchema.optional().describe("Where the parts of its problems stand. None: as problems.fields says."),
  prompt: promptSchema.optional().describe("How its problems are asked. None: as problems.prompt says."),
  verifiers: verifiersSchema.optional().describe("What judges its problems, and no others. None: `verifiers`."),
  arm: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The arm of all its problems. None: the source's name, and where its problems have arms of their own, name/arm.",
    ),
});

type Source = z.output<typeof sourceSchema>;

/** The sources of a mixture, told apart by their names and arms. */
export const sourcesSchema = z
  .array(sourceSchema)
  .min(1)
  .superRefine((sources, context) => {
    const refuse = (at: readonly PropertyKey[], message: string): void =>
      context.addIssue({ code: "custom", path: [...at], message });
    for (const [place, source] of sources.entries()) {
      if (sources.findIndex(({ name }) => name === source.name) < place)
        refuse([place, "name"], `two sources are called "${source.name}"`);
      refuseMixedKinds(source, (option, message) => refuse([place, option], message));
      const other = sources.find((each) => each.name !== source.name && sharesArm(source, each));
      if (other !== undefined)
        refuse([place, "arm"], `"${source.arm}" is an arm of the source "${other.name}" too: give it another name`);
      if ((source.weight === undefined) !== (sources[0]?.weight === undefined))
        refuse([place, "weight"], "either all sources have a weight or none has");
    }
  });

/** Whether an arm that one source names is, or may be, one of another's: the curriculum would take the two for one. */
function sharesArm({ arm }: Source, other: Source): boolean {
  if (arm === undefined) return false;
  return other.arm === undefined ? arm === other.name || arm.startsWith(`${other.name}/`) : arm === other.arm;
}

/** Refuses what only a source of a file, or only a generated one, can have. */
function refuseMixedKinds(source: Source, refuse: (option: string, message: string) => void): void {
  const { file, generate, arm } = source;
  if (file === undefined && generate === undefined)
    refuse("file", "missing: name a file of problems, or a module that makes them (generate)");
  if (generate === undefined) {
    for (const option of ["development", "test"] as const)
      if (typeof source[option] === "number")
        refuse(option, "only a generator makes a number of problems: name a file, or give the source `generate`");
    return;
  }
  if (file !== undefined) refuse("file", "a source has either a file or `generate`");
  if (arm !== undefined) refuse("arm", "a generator names its own arms: leave this out");
}
