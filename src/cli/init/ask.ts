import { select, text } from "@clack/prompts";
import { RlvrError } from "../../core/errors.ts";
import { TEMPLATE_NAMES, TEMPLATES, type TemplateName } from "./templates.ts";

/** Asks which template. Throws RlvrError `interrupted` on Ctrl-C, as all questions here. */
export async function askTemplate(): Promise<TemplateName> {
  const options = TEMPLATE_NAMES.map((value) => ({ value, label: value, hint: TEMPLATES[value].summary }));
  return answered<TemplateName>(await select({ message: "What to start from?", options }));
}

/** Asks for the folder to write. */
export async function askFolder(usual: string): Promise<string> {
  return answered(await text({ message: "A new folder for it?", defaultValue: usual, placeholder: usual }));
}

/** Asks for the model to train: its directory, or its id on the hub. */
export async function askModel(): Promise<string> {
  const message = "Hugging Face model to train: its directory, or its id on the hub (OWNER/NAME)?";
  const validate = (path: string | undefined): string | undefined =>
    (path ?? "") === "" ? "A directory or an id is wanted" : undefined;
  return answered(await text({ message, validate }));
}

function answered<T extends string>(answer: T | symbol): T {
  if (typeof answer === "symbol") {
    throw new RlvrError("interrupted", "nothing was written", {
      advice: "Or name all of it: see rlvr init recipe --help",
    });
  }
  return answer;
}
