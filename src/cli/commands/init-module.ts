import { Command } from "commander";
import { basename, isAbsolute, join } from "node:path";
import { asStarted } from "../command-name.ts";
import { jsonOption } from "../common-options.ts";
import { generatorFiles } from "../init/generator-files.ts";
import { checkModuleName, type ModuleKind } from "../init/module-name.ts";
import { verifierFiles } from "../init/verifier-files.ts";
import { requireNewFolder, writeFiles } from "../init/write-files.ts";
import { userPath } from "../user-path.ts";

/** How a kind of module is begun. */
interface Beginning {
  readonly description: string;
  readonly example: string;
  readonly files: (name: string) => Record<string, string>;
  /** What to do next, given how a person may name a file of the folder, and the path of the module. */
  readonly next: (file: (base: string) => string, name: string, module: string) => string[];
}

const BEGINNINGS: Readonly<Record<ModuleKind, Beginning>> = {
  verifier: {
    description: "write a verifier with its test, and responses to try it on",
    example: `
Examples:
  rlvr init verifier last-line  writes last-line/last-line.ts, its test, and responses to try it on
  rlvr test last-line/last-line.test.ts`,
    files: verifierFiles,
    next: (file, name, module) => [
      asStarted(`Test it:            rlvr test ${file(`${name}.test.ts`)}`),
      asStarted(`Try it:             rlvr verify ${file(`${name}.ts`)} --input ${file("samples.jsonl")}`),
      `Put it in a recipe: verifiers: [{ name: ${module} }]`,
    ],
  },
  generator: {
    description: "write a generator of problems with its test",
    example: `
Examples:
  rlvr init generator sums  writes sums/sums.ts and its test
  rlvr test sums/sums.test.ts`,
    files: generatorFiles,
    next: (file, name, module) => [
      asStarted(`Test it:            rlvr test ${file(`${name}.test.ts`)}`),
      `Put it in a recipe: problems: { sources: [{ name: ${name}, generate: ${module}, test: 200 }] }`,
    ],
  },
};

/** `rlvr init verifier NAME` and `rlvr init generator NAME`: a module of that kind with its test. */
export function initModuleCommand(kind: ModuleKind): Command {
  const { description, example, files, next } = BEGINNINGS[kind];
  return new Command(kind)
    .description(description)
    .argument("<name>", `a new folder; the ${kind} is called like it`)
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action((path: string, { json }: { readonly json: boolean }) => {
      const folder = userPath(path);
      const name = basename(folder);
      checkModuleName(kind, name);
      requireNewFolder(folder);
      const written = writeFiles(folder, files(name));
      const file = (base: string): string => (isAbsolute(path) ? join(path, base) : `./${join(path, base)}`);
      process.stdout.write(
        json
          ? `${JSON.stringify({ folder, files: written })}\n`
          : `Wrote ${written.join(", ")} in ${folder}.\n${next(file, name, join(folder, `${name}.ts`)).join("\n")}\n`,
      );
    });
}
