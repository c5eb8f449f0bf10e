import { Command } from "commander";
import { basename, isAbsolute, join } from "node:path";
import { asStarted } from "../command-name.ts";
import { jsonOption } from "../common-options.ts";
import { checkVerifierName, verifierFiles } from "../init/verifier-files.ts";
import { requireNewFolder, writeFiles } from "../init/write-files.ts";
import { userPath } from "../user-path.ts";

/** `rlvr init verifier NAME`: a verifier with its test, and responses to try it on. */
export function initVerifierCommand(): Command {
  return new Command("verifier")
    .description("write a verifier with its test, and responses to try it on")
    .argument("<name>", "a new folder; the verifier is called like it")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  rlvr init verifier last-line  writes last-line/last-line.ts, its test, and responses to try it on
  rlvr test last-line/last-line.test.ts`,
    )
    .action((path: string, { json }: { readonly json: boolean }) => {
      const folder = userPath(path);
      const name = basename(folder);
      checkVerifierName(name);
      requireNewFolder(folder);
      const written = writeFiles(folder, verifierFiles(name));
      process.stdout.write(
        json
          ? `${JSON.stringify({ folder, files: written })}\n`
          : `Wrote ${written.join(", ")} in ${folder}.\n${nextSteps(path, folder, name).join("\n")}\n`,
      );
    });
}

function nextSteps(path: string, folder: string, name: string): string[] {
  const file = (base: string): string => (isAbsolute(path) ? join(path, base) : `./${join(path, base)}`);
  return [
    asStarted(`Test it:            rlvr test ${file(`${name}.test.ts`)}`),
    asStarted(`Try it:             rlvr verify ${file(`${name}.ts`)} --input ${file("samples.jsonl")}`),
    `Put it in a recipe: verifiers: [{ name: ${join(folder, `${name}.ts`)} }]`,
  ];
}
