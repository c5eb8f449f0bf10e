import { Command, Option } from "commander";
import { isAbsolute, join, relative } from "node:path";
import { RlvrError } from "../../core/errors.ts";
import { isPresent } from "../../core/files/files.ts";
import { isHubModel } from "../../core/hub-model.ts";
import { shellWord } from "../../core/process/shell-word.ts";
import { asStarted } from "../command-name.ts";
import { jsonOption } from "../common-options.ts";
import { askFolder, askModel, askTemplate } from "../init/ask.ts";
import { TEMPLATE_NAMES, TEMPLATES, type TemplateName } from "../init/templates.ts";
import { requireNewFolder, writeFiles } from "../init/write-files.ts";
import { userPath } from "../user-path.ts";

interface Options {
  readonly template?: TemplateName;
  readonly model?: string;
  readonly json: boolean;
}

/** `rlvr init [recipe] [FOLDER]`: a recipe with its problems and prompt. On a terminal it asks for what was not given. */
export function initRecipeCommand(): Command {
  return new Command("recipe")
    .description("write a recipe with its problems and prompt")
    .argument("[folder]", "a new folder, whose name becomes the run's; default: the template's name")
    .addOption(new Option("--template <name>", "what to start from").choices(TEMPLATE_NAMES))
    .option("--model <dir or id>", "directory of the Hugging Face model to train, or its id on the hub: OWNER/NAME")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Templates:
${TEMPLATE_NAMES.map((name) => `  ${name.padEnd(14)}${TEMPLATES[name].summary}`).join("\n")}

Examples:
  rlvr init recipe my-first --template microcosm
  rlvr init my-maths --template gsm8k --model Qwen/Qwen2.5-0.5B-Instruct
  rlvr run my-first/recipe.yaml --check`,
    )
    .action(async (given: string | undefined, options: Options) => {
      // A terminal without a size, as of a container, shows no questions.
      const asks = process.stdin.isTTY && process.stdout.isTTY && process.stdout.columns > 0 && !options.json;
      const template =
        options.template ?? (asks ? await askTemplate() : missing("--template", TEMPLATE_NAMES.join(", ")));
      const path = given ?? (asks ? await askFolder(template) : template);
      const folder = userPath(path);
      requireNewFolder(folder);
      const model = await modelOf(template, options.model, folder, asks);
      const written = writeFiles(folder, TEMPLATES[template].files(path.split("/").at(-1) ?? template, model));
      const next = asStarted(`Check it: rlvr run ${shellWord(join(path, "recipe.yaml"))} --check`);
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ folder, files: written })}\n`
          : `Wrote ${written.join(", ")} in ${folder}.\n${next}\n`,
      );
    });
}

/** The model as the recipe names it: relative to the recipe where the person gave a relative path. */
async function modelOf(
  template: TemplateName,
  given: string | undefined,
  folder: string,
  asks: boolean,
): Promise<string> {
  if (!TEMPLATES[template].needsModel) {
    if (given === undefined) return "";
    throw new RlvrError("bad_usage", `the template ${template} trains the policy that comes with rlvr`, {
      advice: "Leave out --model, or choose another template.",
    });
  }
  const model =
    given ??
    (asks ? await askModel() : missing("--model", "the directory of a Hugging Face model, or its id on the hub"));
  if (isHubModel(model) && !isPresent(userPath(model))) return model;
  return isAbsolute(model) ? model : relative(folder, userPath(model));
}

function missing(option: string, what: string): never {
  throw new RlvrError("bad_usage", `${option} is missing, and there is no terminal to ask on`, {
    advice: `Give it: ${what}. See rlvr init recipe --help`,
  });
}
