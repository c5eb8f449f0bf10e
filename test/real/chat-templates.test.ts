import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChatMessage } from "../../src/core/chat.ts";
import { isRlvrError } from "../../src/core/errors.ts";
import { loadTokenizer, type PolicyTokenizer } from "../../src/policy/onnx/tokenizer/tokenizer.ts";
import { pythonWith } from "../support/python-venv.ts";

/** What transformers made of a conversation by a template of TRL's wheel. */
interface Case {
  readonly template: string;
  readonly conversation: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly object[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
  readonly text?: string;
  readonly ids?: readonly number[];
  readonly refusal?: string;
}

const MINUTES = 60_000;
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rlvr-chat-templates-"));
let cases: readonly Case[];

beforeAll(async () => {
  const python = await pythonWith(here("chat-templates.txt"));
  execFileSync(python, [here("chat_templates.py"), folder], { stdio: ["ignore", "ignore", "pipe"] });
  cases = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Case[];
}, 10 * MINUTES);
afterAll(() => rmSync(folder, { recursive: true }));

/** Our own server's tokenizer with a template. */
function tokenizerWith(template: string): PolicyTokenizer {
  cpSync(join(folder, "templates", template), join(folder, "chat_template.jinja"));
  return loadTokenizer(folder);
}

/** The ids of a case, or the code of its refusal. */
function idsOf(tokenizer: PolicyTokenizer, { messages, tools, kwargs }: Case): unknown {
  try {
    return tokenizer.encodeChat({ messages, tools, chatTemplateKwargs: kwargs }, { addGenerationPrompt: true });
  } catch (error) {
    return isRlvrError(error) ? error.code : error;
  }
}

test("conversations have the ids of transformers' apply_chat_template by every template of TRL", () => {
  const templates = Map.groupBy(cases, ({ template }) => template);
  const other: string[] = [];
  let compared = 0;
  for (const [template, all] of templates) {
    const tokenizer = tokenizerWith(template);
    for (const each of all) {
      const expected = each.refusal === undefined ? each.ids : "bad_request";
      if (JSON.stringify(idsOf(tokenizer, each)) !== JSON.stringify(expected))
        other.push(`${template}: ${each.conversation}`);
      else if (each.refusal === undefined) compared++;
    }
  }
  console.log(`${templates.size} templates, ${compared} conversations with the same ids`);
  expect(other).toEqual([]);
  expect(templates.size).toBeGreaterThanOrEqual(10);
  expect(compared).toBeGreaterThan(7 * templates.size);
});

test("templates make something else of tools, of thinking and of system messages", () => {
  const textOf = (template: string, conversation: string): string | undefined =>
    cases.find((each) => each.template === template && each.conversation === conversation)?.text;
  expect(textOf("qwen3.jinja", "thinking")).not.toBe(textOf("qwen3.jinja", "not thinking"));
  for (const template of ["qwen3.jinja", "llama3_2.jinja", "glm4moe.jinja", "qwen2_5.jinja"]) {
    expect(textOf(template, "tools")).toContain("Adds ");
    expect(textOf(template, "system")).toContain("Be brief.");
  }
});
