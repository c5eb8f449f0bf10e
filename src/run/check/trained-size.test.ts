import { expect, test } from "vitest";
import { adapterValues } from "./trained-size.ts";

/** config.json of SmolLM2-135M. */
const SMOLLM2 = {
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
};

test("counts the values of an adapter as peft does", () => {
  // peft 0.21: get_peft_model(..., LoraConfig(r=16, target_modules="all-linear")).print_trainable_parameters()
  expect(adapterValues(SMOLLM2, { rank: 16, targets: "all-linear" })).toBe(4_884_480);
  expect(adapterValues(SMOLLM2, { rank: 8, targets: ["q_proj", "v_proj"] })).toBe(460_800);
});

test("does not guess where config.json says too little, or no target is known", () => {
  expect(adapterValues({ hidden_size: 576 }, { rank: 16, targets: "all-linear" })).toBeUndefined();
  expect(adapterValues(SMOLLM2, { rank: 16, targets: ["Wqkv"] })).toBeUndefined();
});
