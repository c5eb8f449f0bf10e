import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBatch, encodeBatch, type BatchSequence } from "./batch.ts";
import { decodeJson } from "./json.ts";
import { checkBatch, emptyBatch } from "./packed-batch.ts";
import { batchManifest, type BatchSettings } from "./schemas.ts";

const settings = (steps: number): BatchSettings => ({
  objective: {
    ratio: "token",
    old: "sampler",
    clip_low: 0.2,
    clip_high: 0.2,
    ratio_cap: 0,
    dual_clip: 0,
    correction: null,
    kl: { kind: "k3", coefficient: 0 },
    entropy_coefficient: 0,
  },
  optimizer: { name: "adamw", beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0, max_norm: 1 },
  learning_rates: Array.from({ length: steps }, () => 1e-3),
});

const float = fc.float({ noNaN: true, noDefaultInfinity: true });

const sequence = (optStep: number): fc.Arbitrary<BatchSequence> =>
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 })).chain(([promptLength, completion]) => {
    const perToken = fc.array(float, { minLength: completion, maxLength: completion });
    const length = promptLength + completion;
    return fc.record({
      sequenceId: fc.maxSafeNat(),
      inputIds: fc.array(fc.nat(100), { minLength: length, maxLength: length }),
      promptLength: fc.constant(promptLength),
      samplingLogprobs: perToken,
      refLogprobs: perToken,
      advantages: fc.oneof(float, perToken),
      weights: fc.oneof(float, perToken),
      advantages2: fc.oneof(float, perToken),
      weights2: fc.oneof(float, perToken),
      policyVersion: fc.nat(1000),
      temperature: fc.float({ min: Math.fround(0.01), max: 4, noNaN: true }),
      optStep: fc.constant(optStep),
    });
  });

const encode = (sequences: readonly BatchSequence[], steps: number) =>
  encodeBatch({ run: "r", step: 3, policyVersion: 2, sequences, settings: settings(steps) });

function decode({ files }: ReturnType<typeof encodeBatch>) {
  const manifest = decodeJson(batchManifest, String(files["manifest.json"]), "manifest");
  const bytes = files["batch.safetensors"] as Uint8Array;
  return decodeBatch({ manifest, files: new Map([["batch.safetensors", bytes]]) }, "batch");
}

test("every number of every sequence is read back at its token, and prompts carry none", () => {
  const batches = fc
    .integer({ min: 1, max: 3 })
    .chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.tuple(
          ...Array.from({ length: steps }, (_, step) => fc.array(sequence(step), { minLength: 1, maxLength: 3 })),
        ),
      ),
    );
  fc.assert(
    fc.property(batches, ([steps, groups]) => {
      const sequences = groups.flat();
      const encoded = encode(sequences, steps);
      expect(encode(sequences, steps)).toEqual(encoded);
      const { manifest, packed } = decode(encoded);
      expect(manifest.counts.sequences).toBe(sequences.length);
      expect(manifest.files).toEqual({ "batch.safetensors": encoded.sha256 });
      for (const [index, written] of sequences.entries()) {
        const [start = 0, end = 0] = packed.cuSeqlens.subarray(index, index + 2);
        const completion = written.inputIds.length - written.promptLength;
        const spread = (values: number | readonly number[]): number[] => [
          ...Array.from({ length: written.promptLength }, () => 0),
          ...(typeof values === "number" ? Array.from({ length: completion }, () => values) : values).map(Math.fround),
        ];
        const read = (values: ArrayLike<number>): number[] => Array.from(values).slice(start, end);
        expect(read(packed.inputIds)).toEqual(written.inputIds);
        expect(read(packed.actionMask)).toEqual(spread(1));
        expect(read(packed.samplingLogprobs)).toEqual(spread(written.samplingLogprobs));
        expect(read(packed.refLogprobs ?? [])).toEqual(spread(written.refLogprobs ?? []));
        expect(read(packed.advantages)).toEqual(spread(written.advantages));
        expect(read(packed.weights)).toEqual(spread(written.weights));
        expect(read(packed.advantages2 ?? [])).toEqual(spread(written.advantages2 ?? []));
        expect(read(packed.weights2 ?? [])).toEqual(spread(written.weights2 ?? []));
        expect(read(packed.policyVersion)).toEqual(spread(written.policyVersion));
        expect(packed.temperature[index]).toBe(Math.fround(written.temperature));
        expect(packed.optStep[index]).toBe(written.optStep);
        expect(Number(packed.sequenceId[index])).toBe(written.sequenceId);
      }
    }),
  );
});

test("what does not fit together is refused and named", () => {
  const good: BatchSequence = {
    sequenceId: 7,
    inputIds: [1, 2, 3, 4],
    promptLength: 2,
    samplingLogprobs: [-1, -2],
    advantages: 1,
    weights: 0.5,
    policyVersion: 0,
    temperature: 1,
    optStep: 0,
  };
  const refusal =
    (change: Partial<BatchSequence>, steps = 1) =>
    () =>
      encode([{ ...good, ...change }], steps);
  expect(refusal({})).not.toThrow();
  expect(refusal({ samplingLogprobs: [-1] })).toThrow(
    "sequence 7: 1 sampling log-probabilities for 2 completion tokens",
  );
  expect(refusal({ promptLength: 4 })).toThrow("sequence 7: 4 ids of which 4 are the prompt");
  expect(refusal({ promptLength: 0 })).toThrow("0 are the prompt");
  expect(refusal({ advantages: [Number.NaN, 1] })).toThrow("advantages has a number that is not finite");
  expect(refusal({ temperature: 0 })).toThrow("sequence 0 has temperature 0");
  expect(refusal({ optStep: 1 })).toThrow("optimiser step 1, but there are 1 learning rates");
  expect(refusal({}, 2)).not.toThrow();
  expect(() => encode([good, { ...good, refLogprobs: [-1, -1] }], 1)).toThrow("some sequences have reference");
  expect(() => encode([], 1)).toThrow("it has no sequences");

  const pair = { ...good, advantages2: [1, -1], weights2: 0.5 };
  expect(() => encode([pair, pair], 1)).not.toThrow();
  expect(refusal({ ...pair, weights2: [1] })).toThrow("1 second weights for 2 completion tokens");
  for (const other of [good, { ...good, advantages2: 1 }, { ...good, weights2: 1 }])
    for (const sequences of [
      [pair, other],
      [other, pair],
    ])
      expect(() => encode(sequences, 1)).toThrow("all sequences have a second pair of advantages and weights, or none");
});

test("a second surrogate comes with its weights, which prompts do not have", () => {
  const tokens = 3;
  const has = { reference: false, secondPair: true };
  const batch = emptyBatch(1, tokens, has);
  batch.cuSeqlens[1] = tokens;
  batch.temperature[0] = 1;
  batch.actionMask[2] = 1;
  expect(() => checkBatch(batch, 1)).not.toThrow();
  expect(() => checkBatch({ ...batch, weights2: undefined }, 1)).toThrow("advantages_2 and weights_2 come together");
  expect(() => checkBatch({ ...batch, weights2: Float32Array.of(0, 1, 1) }, 1)).toThrow(
    "token 1 is no action but has a weight",
  );
});
