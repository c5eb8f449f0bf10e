import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packagePath } from "../../../core/package-files.ts";
import { loadTokenizer, type PolicyTokenizer } from "./tokenizer.ts";

/** The tiny policy's tokenizer with a chat template, or with several by name. */
function withTemplates(chat_template: unknown): PolicyTokenizer {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-templates-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(packagePath("policies/tiny/tokenizer.json"), join(folder, "tokenizer.json"));
  writeFileSync(
    join(folder, "tokenizer_config.json"),
    JSON.stringify({ chat_template, eos_token: { content: "<eos>" } }),
  );
  return loadTokenizer(folder);
}

/** A conversation as a template of the tiny vocabulary renders it. */
function rendered(template: unknown, more: object = {}): string {
  const tokenizer = withTemplates(template);
  const conversation = { messages: [{ role: "user" as const, content: "1" }], ...more };
  return tokenizer.decode(tokenizer.encodeChat(conversation, { addGenerationPrompt: true }), false);
}

const TOOLS = [{ type: "function", function: { name: "3" } }];

test("a template gets the variables of the request, and its special tokens as text", () => {
  const template =
    "{{ messages[0].content }}{{ eos_token }}{% if add_generation_prompt %}={% endif %}{{ n | default(7) }}";
  expect(rendered(template)).toBe("1<eos>=7");
  expect(rendered(template, { chatTemplateKwargs: { n: 2, messages: [], add_generation_prompt: false } })).toBe(
    "1<eos>=2",
  );
});

test("line ends of Windows are those of Unix, which a block takes along", () => {
  expect(rendered("{% if true %}\r\n1{% endif %}")).toBe("1");
  expect(() => rendered("1\r\n2")).toThrow(/lacks "\\n"$/);
});

test("tools are none where there are none, as in transformers", () => {
  const template =
    "{{ 1 if tools is none else 2 }}{{ 1 if documents is none else 2 }}{{ 1 if tools is defined else 2 }}";
  expect(rendered(template)).toBe("111");
  expect(rendered(template, { tools: TOOLS })).toBe("211");
});

test("of several templates a conversation with tools gets the one for tools", () => {
  const named = [
    { name: "default", template: "{{ messages[0].content }}" },
    { name: "tool_use", template: "{{ tools[0].function.name }}" },
  ];
  expect([rendered(named), rendered(named, { tools: TOOLS }), rendered(named.slice(0, 1), { tools: TOOLS })]).toEqual([
    "1",
    "3",
    "1",
  ]);
  expect(() => rendered(named.slice(1))).toThrow("this policy has no chat template");
});
