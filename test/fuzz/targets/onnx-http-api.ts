import fc from "fast-check";
import { packagePath } from "../../../src/core/package-files.ts";
import { RlvrError, type ErrorCode } from "../../../src/core/errors.ts";
import { createApp } from "../../../src/policy/onnx/http/app.ts";
import { Engine } from "../../../src/policy/onnx/engine.ts";
import { ServerMetrics } from "../../../src/policy/onnx/http/metrics.ts";
import { readModel } from "../../../src/policy/onnx/read-model.ts";
import { TokenizerProcess } from "../../../src/policy/onnx/tokenizer/tokenizer-process.ts";
import { fuzzTarget } from "../fuzz-target.ts";

const model = readModel(packagePath("policies/tiny"), {});
const tokenizer = new TokenizerProcess(model.directory);
const engine = await Engine.start(model, {
  device: "cpu",
  mode: undefined,
  workers: 1,
  onSteps: () => undefined,
  decode: ({ lists, skipSpecialTokens }) => tokenizer.decodeAll(lists, skipSpecialTokens),
});
const texts = { tokenizer, tokens: await tokenizer.vocabulary(model.config.vocabSize) };
const app = createApp({ engine, texts, metrics: new ServerMetrics(), host: "127.0.0.1", apiKey: undefined });

const anything = fc.jsonValue({ maxDepth: 2 });
const number = fc.constantFrom(0, 1, 2, -1, 0.5, 1e-310, 1e300, 2 ** 53, 5000, null, "1", true);
const mainly = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 15, arbitrary }, { weight: 1, arbitrary: number });
const ids = fc.oneof(
  { weight: 20, arbitrary: fc.array(fc.integer({ min: 2, max: 23 }), { minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.array(number, { maxLength: 4 }) as fc.Arbitrary<unknown[]> },
  { weight: 1, arbitrary: fc.constantFrom(99, 64, 300).map((length) => new Array<unknown>(length).fill(3)) },
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("12+3=", "\0", "\uD800", "1".repeat(500)),
);

/** A record with all of the first fields and some of the others, of which one in a while is anything at all. */
function body(first: Record<string, fc.Arbitrary<unknown>>, others: Record<string, fc.Arbitrary<unknown>>) {
  return fc
    .tuple(
      fc.record(first),
      fc.record(others, { requiredKeys: [] }),
      fc.oneof(
        { weight: 6, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.dictionary(fc.string(), anything) },
      ),
      fc.oneof(
        { weight: 6, arbitrary: fc.constant({}) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.constantFrom(...Object.keys(first), ...Object.keys(others)), anything)
            .map((pair) => Object.fromEntries([pair])),
        },
      ),
    )
    .map((parts) => Object.assign({}, ...parts) as object);
}

const completion = body(
  { prompt: fc.oneof(ids, fc.array(ids, { maxLength: 4 })) },
  {
    n: mainly(fc.integer({ min: 1, max: 5 })),
    seed: mainly(fc.nat()),
    temperature: mainly(fc.double({ min: 0, max: 3, noNaN: true })),
    top_p: mainly(fc.double({ min: 0, max: 1, noNaN: true })),
    top_k: mainly(fc.integer({ min: -1, max: 30 })),
    max_tokens: mainly(fc.integer({ min: 1, max: 40 })),
    stop: fc.oneof(text, fc.array(text, { maxLength: 4 })),
    stop_token_ids: ids,
    include_stop_str_in_output: fc.boolean(),
    skip_special_tokens: fc.boolean(),
    logprobs: fc.constantFrom(0, 0, 0, null, 5),
    prompt_logprobs: fc.constantFrom(null, null, null, 0),
    return_token_ids: fc.boolean(),
    return_tokens_as_token_ids: fc.boolean(),
    stream: fc.boolean(),
    stream_options: fc.record({ include_usage: fc.boolean() }, { requiredKeys: [] }),
  },
);
const message = fc.record({ role: fc.constantFrom("system", "user", "assistant", "tool"), content: text });
const asked = fc.oneof(
  { weight: 6, arbitrary: completion.map((json) => ({ path: "/v1/completions", json })) },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        body({ prompt: text }, { add_special_tokens: fc.boolean() }),
        body(
          { messages: fc.array(message, { maxLength: 3 }) },
          { add_generation_prompt: fc.boolean(), chat_template_kwargs: fc.object(), tools: fc.array(fc.object()) },
        ),
      )
      .map((json) => ({ path: "/tokenize", json })),
  },
  { weight: 1, arbitrary: body({ tokens: ids }, {}).map((json) => ({ path: "/detokenize", json })) },
  {
    weight: 1,
    arbitrary: body({ directory: text, policy_version: number }, {}).map((json) => ({ path: "/load_export", json })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("/pause?mode=", "/v1/models?", "/", "/%"), fc.webSegment())
      .map((parts) => ({ path: parts.join(""), json: {} })),
  },
);
const request = fc.record({
  asked,
  cut: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(60) }),
  depth: fc.oneof(
    { weight: 20, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 50_000 }) },
  ),
});

interface ErrorAnswer {
  readonly error: { readonly message: string; readonly rlvr_code: ErrorCode; readonly advice: string };
}

/** The HTTP API of the ONNX server, on the tiny policy: see src/policy/onnx/http/app.ts. */
export const target = fuzzTarget({
  input: request,
  refusals: ["bad_request", "bad_checkpoint", "unknown_name", "unsupported_character"],
  read: async ({ asked: { path, json }, cut, depth }) => {
    const sent = "[".repeat(depth) + JSON.stringify(json).slice(0, cut) + "]".repeat(depth);
    const answer = await app.request(`http://127.0.0.1${path}`, { method: "POST", body: sent });
    const said = await answer.text();
    engine.resume();
    // What fails while it is streamed.
    if (said.includes("InternalServerError") || said.includes("event: error")) throw new Error(said);
    if (answer.ok) return;
    const { error } = JSON.parse(said) as ErrorAnswer;
    if (answer.status >= 500) throw new Error(`${answer.status}: ${error.message}`);
    throw new RlvrError(error.rlvr_code, error.message, error);
  },
  close: async () => {
    tokenizer.close();
    await engine.close();
  },
});
