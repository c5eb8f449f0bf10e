/**
 * Writes docs/studies/smollm2-from-data-to-model.md: the commands that lead from problems and a model to a trained one, run
 * here, each with what it printed. Takes about half an hour on two cores; installs what `pnpm test:real` installs, and
 * takes it from the same folder: pnpm docs:model
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { packagePath } from "../src/core/package-files.ts";
import { shellWord } from "../src/core/process/shell-word.ts";
import { setup } from "../test/real/install-parts.ts";
import { MODEL, TRAINER_PYTHON } from "../test/real/parts.ts";
import { PARTS } from "../test/support/test-parts.ts";
import { cleaned, transcriptPage, type Entry, type Told } from "./transcript-page.ts";

const PAGE = packagePath("docs/studies/smollm2-from-data-to-model.md");

/** Less of everything than the recipe has. */
const SMALLER = `--set trainer.learning_rate=0.0006 \\
    --set sampling.groups=4 --set sampling.max_tokens=32 --set evaluation.test_samples=1 --set checkpoints.keep_every=5`;

/** What is typed, in order: lines of a shell. A new command is a new entry. */
const ENTRIES: readonly Entry[] = [
  {
    why: "A recipe with its problems and its prompt, to be changed:",
    command: "rlvr init mine --template instructions --model smollm2-135m-instruct",
  },
  {
    why: "Is it ready? The check starts what the run would start, tries three problems, and ends before anything is written:",
    command: `rlvr run mine/recipe.yaml --check ${SMALLER}`,
  },
  {
    why:
      "Ten steps, smaller than the recipe's so that they take minutes: 32 rollouts each, and one completion of each held-out " +
      "problem before and after. The version after step 5 is kept, to go back to.",
    command: `rlvr run mine/recipe.yaml --steps 10 ${SMALLER}`,
  },
  { why: "The versions that the run kept:", command: "rlvr checkpoints 1" },
  { why: "What the ten steps made of the model, problem by problem:", command: "rlvr eval --compare 1:0 1" },
  {
    why: "Back to step 5, and on from there with another learning rate: a fork, whose first step is 6.",
    command: "rlvr run --from 1:5 --set trainer.learning_rate=0.0003",
  },
  { why: "Which of the two is better on the held-out problems?", command: "rlvr eval --compare 1:10 2:10" },
  {
    why: "A model that others can load, the adapter merged into it:",
    command: "rlvr export 2 --format model --merge --out tuned",
  },
  {
    why: "transformers loads it (`python` is that of `rlvr trainer setup`) and answers with its most likely tokens:",
    command: `cat > greedy.py <<'END'
import sys
from transformers import pipeline
write = pipeline("text-generation", model=sys.argv[1], dtype="float32")
asked = [{"role": "user", "content": sys.argv[2]}]
print(write(asked, do_sample=False, max_new_tokens=32)[0]["generated_text"][-1]["content"])
END
HF_HUB_OFFLINE=1 python greedy.py tuned "Write one sentence about a dog." 2> transformers.log`,
  },
  {
    why: "The run's own weights, served by vLLM, say the same; beside them the model that it began with:",
    command: 'rlvr chat 2 --against base "Write one sentence about a dog." --max-tokens 32',
  },
];

await setup();
const [folder, programs] = ["transcript", "programs"].map((name) => mkdtempSync(join(tmpdir(), `rlvr-${name}-`))) as [
  string,
  string,
];
try {
  symlinkSync(MODEL, join(folder, "smollm2-135m-instruct"));
  const rlvr = `RLVR_COMMAND=rlvr exec ${shellWord(process.execPath)} ${shellWord(packagePath("src/cli/main.ts"))} "$@"`;
  writeFileSync(join(programs, "rlvr"), `#!/bin/sh\n${rlvr}\n`, { mode: 0o755 });
  writeFileSync(join(programs, "python"), `#!/bin/sh\nexec ${shellWord(TRAINER_PYTHON)} "$@"\n`, { mode: 0o755 });
  const told: Told[] = [];
  for (const entry of ENTRIES) {
    process.stderr.write(`$ ${entry.command}\n`);
    told.push({ ...entry, printed: cleaned(await printedBy(entry.command), [folder, PARTS, homedir()]) });
  }
  writeFileSync(PAGE, transcriptPage(told));
} finally {
  for (const each of [folder, programs]) rmSync(each, { recursive: true, force: true });
}

/** What a command prints on both streams, in order, where a person stands. Throws where it fails. */
async function printedBy(command: string): Promise<string> {
  const child = spawn("/bin/sh", ["-ec", command], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: [programs, process.env["PATH"]].join(delimiter),
      INIT_CWD: folder,
      XDG_DATA_HOME: PARTS,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      process.stderr.write(text);
    });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`it ended with ${code ?? "a signal"}: ${command}`);
  return printed;
}
