/** One command of a transcript. */
export interface Entry {
  /** What it is for, as the page says above it. */
  readonly why: string;
  /** What is typed into a shell. */
  readonly command: string;
}

/** A command that was run, with what it printed. */
export interface Told extends Entry {
  readonly printed: string;
}

/**
 * What was printed, without the paths of the machine that it was printed on: the first is where one stands, of the others
 * only the rest of a path is told. Pure.
 */
export function cleaned(printed: string, [here, ...others]: readonly [string, ...string[]]): string {
  const relative = printed.replaceAll(`${here}/`, "").replaceAll(here, ".");
  return others.reduce((text, place) => text.replaceAll(place, "~"), relative).trimEnd();
}

/** The page in Markdown. Pure. */
export function transcriptPage(told: readonly Told[]): string {
  return `# From data to a model: SmolLM2-135M, command by command

Written by \`npx -y pnpm@12 docs:model\`, which runs these commands on two cores without a GPU, one after the other, and keeps
what they print. Before them, once: \`rlvr trainer setup\`, \`rlvr policy setup\`, and the model's directory (\`npx -y pnpm@12
model:smollm2 smollm2-135m-instruct\`). Other work on the machine adds to the times. It is a small run: what a full one gives is in [instructions-smollm2.md](instructions-smollm2.md).

${told.map(entryText).join("\n")}`;
}

function entryText({ why, command, printed }: Told): string {
  return `${why}\n\n\`\`\`console\n$ ${command}\n${printed}\n\`\`\`\n`;
}
