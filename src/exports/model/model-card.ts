import { stringify } from "yaml";
import type { Curve } from "./curves.ts";

/** A mean with its 95% interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What an exported folder holds. */
export type ModelKind = "adapter" | "merged" | "weights" | "onnx";

/** All that a model's card tells. */
export interface CardFacts {
  readonly kind: ModelKind;
  /** Name of the run. */
  readonly name: string;
  readonly step: number;
  readonly policyVersion: number;
  readonly baseModel: string;
  /** The recipe in YAML, as others may read it. */
  readonly recipe: string;
  /**
   * Templates of the messages that its problems were asked by; none where those had their own. `source` is null in a run
   * without several sources.
   */
  readonly prompt: readonly { readonly source: string | null; readonly role: string; readonly text: string }[];
  readonly sets: readonly {
    readonly use: string;
    readonly file: string;
    readonly problems: number;
    readonly sha256: string;
  }[];
  /** Held-out accuracy of the base and of these weights, by arm; undefined where these were not evaluated. */
  readonly heldOut:
    | {
        readonly suite: string;
        /** Completions a problem, and the temperature that they were sampled at. */
        readonly samples: number;
        readonly temperature: number;
        readonly rows: readonly {
          readonly arm: string;
          readonly problems: number;
          readonly before: Estimate | null;
          readonly after: Estimate | null;
        }[];
      }
    | undefined;
  readonly curves: readonly Curve[];
  /** Of rlvr, the trainer and its libraries, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The card of an exported model (README.md), in the hub's format. Pure. */
export function modelCard(facts: CardFacts): string {
  const { name, step, policyVersion, baseModel, recipe } = facts;
  return [
    `---\n${stringify(frontMatter(facts))}---`,
    `# ${plain(name)}, after step ${step}`,
    `${KINDS[facts.kind]} ${code(baseModel)}, post-trained by reinforcement learning with verifiable rewards by rlvr (policy version ${policyVersion}). The base model's licence holds for it too.`,
    "## Use",
    USE[facts.kind],
    ...heldOutSection(facts),
    ...curveSection(facts),
    "## Data",
    tableOf(
      ["use", "file", "problems", "sha256"],
      facts.sets.map(({ use, file, problems, sha256 }) => [use, code(file), String(problems), code(sha256)]),
    ),
    ...promptSection(facts),
    "## Recipe",
    fenced(recipe, "yaml"),
    "## Versions",
    tableOf(
      ["", "version"],
      Object.entries(facts.versions).map(([what, version]) => [plain(what), plain(version)]),
    ),
    "",
  ].join("\n\n");
}

const KINDS: Readonly<Record<ModelKind, string>> = {
  adapter: "A LoRA adapter (peft) for",
  merged: "A LoRA adapter merged into",
  weights: "All weights of",
  onnx: "A policy in rlvr's ONNX layout, from",
};

const WHOLE_MODEL = [
  "```python",
  "from transformers import AutoModelForCausalLM, AutoTokenizer",
  "",
  'folder = "."  # of this file, or the name on the hub',
  "model = AutoModelForCausalLM.from_pretrained(folder)",
  "tokenizer = AutoTokenizer.from_pretrained(folder)",
  "```",
  "",
  "vLLM serves it: `vllm serve FOLDER`. For llama.cpp, its own converter makes a GGUF of it:",
  "`python llama.cpp/convert_hf_to_gguf.py FOLDER --outfile model.gguf`.",
].join("\n");

const USE: Readonly<Record<ModelKind, string>> = {
  adapter: [
    "```python",
    "from peft import PeftModel",
    "from transformers import AutoModelForCausalLM, AutoTokenizer",
    "",
    'folder = "."  # of this file, or the name on the hub',
    'base = AutoModelForCausalLM.from_pretrained("BASE")  # the base model: its folder, or its name on the hub',
    "model = PeftModel.from_pretrained(base, folder)",
    "tokenizer = AutoTokenizer.from_pretrained(folder)",
    "```",
    "",
    "vLLM serves it beside the base: `vllm serve BASE --enable-lora --lora-modules tuned=FOLDER`.",
  ].join("\n"),
  merged: WHOLE_MODEL,
  weights: WHOLE_MODEL,
  onnx: "`rlvr policy serve --model FOLDER` serves it over HTTP; `policy.model: FOLDER` in a recipe trains it further.",
};

function frontMatter({ kind, baseModel }: CardFacts): object {
  return {
    base_model: baseModel,
    base_model_relation: kind === "adapter" ? "adapter" : "finetune",
    library_name: { adapter: "peft", merged: "transformers", weights: "transformers", onnx: "onnx" }[kind],
    pipeline_tag: "text-generation",
    tags: ["rlvr", "reinforcement-learning", ...(kind === "adapter" || kind === "merged" ? ["lora"] : [])],
  };
}

function heldOutSection({ heldOut, step }: CardFacts): string[] {
  if (heldOut === undefined) return [];
  const { suite, samples, temperature, rows } = heldOut;
  return [
    "## Held-out accuracy",
    tableOf(
      ["arm", "problems", "base", `after step ${step}`],
      rows.map(({ arm, problems, before, after }) => [plain(arm), String(problems), estimate(before), estimate(after)]),
    ),
    `On the ${plain(suite)} set, ${samples} ${samples === 1 ? "completion" : "completions"} a problem at temperature ${temperature}, without hints. In brackets: 95% intervals over problems.`,
  ];
}

function curveSection({ curves }: CardFacts): string[] {
  if (curves.length === 0) return [];
  return [
    "## Learning curves",
    ...curves.map(({ file, title, hint }) => `**${plain(title)}** ${plain(hint)}\n\n![${plain(title)}](${file})`),
  ];
}

function promptSection({ prompt }: CardFacts): string[] {
  if (prompt.length === 0) return [];
  return [
    "## Prompt",
    "What a problem is put into, before the model's own chat template:",
    ...prompt.flatMap(({ source, role, text }) => [
      `${source === null ? "" : `${plain(source)}, `}${plain(role)}:`,
      fenced(text, "jinja"),
    ]),
  ];
}

function estimate(of: Estimate | null): string {
  return of === null ? "-" : `${of.value.toFixed(3)} (${of.low.toFixed(3)} to ${of.high.toFixed(3)})`;
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A text of the run as text on one line: no markup of Markdown or HTML comes of it. */
function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\\`*_{}[\]<>()#!|~&]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A text of the run as code in a line. */
function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

/** A text of the run as a block of code, whatever fences it holds itself. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
