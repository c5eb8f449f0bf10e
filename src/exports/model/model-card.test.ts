import { expect, test } from "vitest";
import { modelCard, type CardFacts } from "./model-card.ts";

const facts: CardFacts = {
  kind: "merged",
  name: "run",
  step: 3,
  policyVersion: 3,
  baseModel: "me/base",
  recipe: "name: run\n",
  prompt: [{ source: null, role: "user", text: "{{ problem }}" }],
  sets: [],
  heldOut: undefined,
  curves: [],
  versions: { rlvr: "1" },
};

test("says how to load what was merged, and that llama.cpp makes a GGUF of it", () => {
  const card = modelCard(facts);
  expect(card).toContain("AutoModelForCausalLM.from_pretrained(folder)");
  expect(card).toContain("convert_hf_to_gguf.py");
  expect(card).not.toContain("Held-out");
});

test("makes no markup of texts that a run holds", () => {
  const hostile = "<script>x</script> | [a](b) `c`\n# d";
  const rows = [{ arm: hostile, problems: 1, before: null, after: { value: 0.5, low: 0.25, high: 0.75 } }];
  const heldOut = { suite: hostile, samples: 1, temperature: 1, rows };
  const template = "````\n</code>\n````";
  const card = modelCard({
    ...facts,
    name: hostile,
    baseModel: hostile,
    heldOut,
    prompt: [{ source: null, role: "user", text: template }],
  });
  const prose = card.replace(/^---\n.*?\n---\n/s, "").replaceAll(/^(`{3,})\w+\n.*?\n\1$/gms, "");
  expect(prose).not.toMatch(/<script|\[a\]|`c`|^# d/m);
  expect(prose).toContain("| 1 | - | 0.500 (0.250 to 0.750) |");
  expect(card).toContain("`````jinja\n````\n</code>\n````\n`````");
});
