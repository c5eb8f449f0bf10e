import fc from "fast-check";
import { revivedError } from "../../../src/core/texts/plain-error.ts";
import { readModel } from "../../../src/policy/onnx/read-model.ts";
import { createAnswerer } from "../../../src/policy/onnx/tokenizer/tokenizer-answers.ts";
import { TokenizerProcess } from "../../../src/policy/onnx/tokenizer/tokenizer-process.ts";
import type { TaskMessage } from "../../../src/policy/onnx/tokenizer/tokenizer-tasks.ts";
import { readPolicyModel } from "../../../src/trainer/embedded/policy-model.ts";
import { policyLayout } from "../../../src/trainer/policy-layout.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { folderWriter, hostileFolder } from "../hostile-folder.ts";

/** Templates that never end, or not before memory is full. */
const endless = fc.constantFrom(
  "{% for i in range(10**9) %}{% for j in range(10**9) %}x{% endfor %}{% endfor %}",
  "{% set n = namespace(s=['x']) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
);
/** The process is given less time to begin than a case has. */
const LIMITS = { loadMs: 15_000, taskMs: 300, memoryMb: 64 };

const { write, remove } = folderWriter();

/** Folders of models, as the policy server and the trainer read them, with what their tokenizers then do. */
export const target = fuzzTarget({
  input: fc.record({
    folder: hostileFolder,
    // In a process of its own; the rest works the same tasks here, as a process for each takes long.
    endless: fc.oneof({ weight: 80, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: endless }),
    text: fc.oneof(fc.constantFrom("12+3", ""), fc.string({ maxLength: 20 })),
    ids: fc.array(fc.nat(30), { maxLength: 8 }),
  }),
  refusals: ["bad_checkpoint", "missing_file", "unsupported_character", "bad_request"],
  async read({ folder, endless: template, text, ids }) {
    const messages = [{ role: "user", content: text }] as const;
    if (template !== undefined) {
      const change = { file: "tokenizer_config.json", at: "chat_template", value: template } as const;
      const tokenizer = new TokenizerProcess(write({ ...folder, changes: [change], replaced: undefined }), LIMITS);
      return tokenizer.encodeChat({ messages }, { addGenerationPrompt: true }).finally(() => tokenizer.close());
    }
    const path = write(folder);
    const model = readModel(path, {});
    if (policyLayout(path) === "rlvr" && model.layout === "rlvr") readPolicyModel(path);
    const answer = createAnswerer();
    const tasks: TaskMessage[] = [
      { name: "load", args: [path] },
      { name: "vocabulary", args: [model.config.vocabSize] },
      { name: "encode", args: [text, true] },
      { name: "encodeChat", args: [{ messages }, { addGenerationPrompt: true }] },
      { name: "decodeAll", args: [[ids, [0, 1, 2]]] },
      { name: "tokenTexts", args: [ids] },
    ];
    for (const task of tasks) {
      const outcome = answer(task);
      if ("error" in outcome) throw revivedError(outcome.error);
    }
    return model;
  },
  close: () => Promise.resolve(remove()),
});
