import { readFileSync } from "node:fs";
import { isMap, isScalar, parseDocument, type Document } from "yaml";
import { packagePath } from "../../core/package-files.ts";

/** Recipes that a person can start from. */
export const TEMPLATE_NAMES = ["microcosm", "gsm8k", "instructions"] as const;

/** The name of a template. */
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** A recipe to start from, with all that it needs beside the policy. */
export interface Template {
  /** What it trains on what, in one line. */
  readonly summary: string;
  /** Whether a model of one's own is trained; else the policy that comes with rlvr. */
  readonly needsModel: boolean;
  /**
   * Its files, by name.
   * @param name name of the run.
   * @param model the policy's directory, as the recipe is to name it.
   */
  files(name: string, model: string): Record<string, string>;
}

/** The templates by name. */
export const TEMPLATES: Readonly<Record<TemplateName, Template>> = {
  microcosm: {
    summary: "arithmetic chains with the policy of 153k parameters that comes with rlvr: a minute, without a GPU",
    needsModel: false,
    files: (name) => ({
      "recipe.yaml": recipe("microcosm-grpo.yaml", {
        name,
        steps: 40,
        problems: { practice: "problems.jsonl", development: "held-out.jsonl", test: undefined, prompt: "prompt.md" },
        policy: { model: packagePath("policies/tiny") },
        sampling: { groups: 16, group_size: 8, max_tokens: 8 },
        evaluation: { every: 20, samples: 4 },
      }),
      "problems.jsonl": microcosmProblems("practice", 100),
      "held-out.jsonl": microcosmProblems("development", 16),
      "prompt.md": shipped("prompts/microcosm.md"),
    }),
  },
  gsm8k: {
    summary: "grade-school maths from the Hugging Face hub, every weight of a model of about 0.5B: one GPU of 24 GB",
    needsModel: true,
    files: (name, model) => ({
      "recipe.yaml": recipe("gsm8k-qwen2.5-0.5b.yaml", {
        name,
        problems: { prompt: "prompt.md" },
        policy: { model },
      }),
      "prompt.md": shipped("prompts/final-answer.md"),
    }),
  },
  instructions: {
    summary: "instructions that a program can check, an adapter (LoRA) of a model of about 135M: two CPU cores",
    needsModel: true,
    files: (name, model) => ({
      "recipe.yaml": recipe("instructions-smollm2.yaml", {
        name,
        problems: {
          practice: "problems.jsonl",
          development: "development.jsonl",
          test: "held-out.jsonl",
          prompt: "prompt.md",
        },
        policy: { model },
        evaluation: { every: 8, samples: 2 },
      }),
      "problems.jsonl": instructions().practice,
      "development.jsonl": instructions().development,
      "held-out.jsonl": shipped("curricula/instructions/test.jsonl"),
      "prompt.md": shipped("prompts/instruction.md"),
    }),
  },
};

/** Arms of the microcosm that the shipped policy learns within some dozen steps. */
const EASY_ARMS = ["add", "add-rev", "sub", "sub-rev"];

function shipped(path: string): string {
  return readFileSync(packagePath(path), "utf8");
}

/**
 * A shipped recipe with other values. Its comments are kept, but for what stands above its name: that is about other files.
 * @param values options by section, of which undefined removes one; a section keeps its other options.
 */
function recipe(file: string, values: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(shipped(`curricula/${file}`));
  const first = isMap(document.contents) ? document.contents.items[0]?.key : undefined;
  if (isScalar(first)) first.commentBefore = ` Begun from rlvr's ${file}. Every option: docs/recipe.md of rlvr.`;
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== "object" || value === null) document.set(key, value);
    else for (const [option, setting] of Object.entries(value)) setOrRemove(document, [key, option], setting);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function setOrRemove(document: Document, path: readonly string[], value: unknown): void {
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, value);
}

/** The first problems of each easy arm of a set of the microcosm, as JSON Lines. */
function microcosmProblems(set: string, perArm: number): string {
  const byArm = linesByArm(`curricula/microcosm/${set}.jsonl`);
  return jsonLines(EASY_ARMS.flatMap((arm) => byArm.get(arm)?.slice(0, perArm) ?? []));
}

/** Problems of each kind that choose the best version, out of the 50 for practice. */
const DEVELOPMENT_PER_KIND = 6;

/** The shipped problems for practice, of which the last of each kind are kept to choose the best version by. */
function instructions(): { practice: string; development: string } {
  const kinds = linesByArm("curricula/instructions/practice.jsonl");
  const last = new Set([...kinds.values()].flatMap((lines) => lines.slice(-DEVELOPMENT_PER_KIND)));
  const lines = shipped("curricula/instructions/practice.jsonl").trim().split("\n");
  return {
    practice: jsonLines(lines.filter((line) => !last.has(line))),
    development: jsonLines(lines.filter((line) => last.has(line))),
  };
}

/** The lines of a shipped set by the arm of their problem. */
function linesByArm(path: string): Map<string, string[]> {
  return Map.groupBy(shipped(path).trim().split("\n"), (line) => (JSON.parse(line) as { readonly arm: string }).arm);
}

function jsonLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
