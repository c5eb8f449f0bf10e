import { expect, test } from "vitest";
import { readHuggingFaceModel } from "../../src/policy/onnx/hugging-face-files.ts";
import { HuggingFaceGraph } from "../../src/policy/onnx/hugging-face-graph.ts";
import { Scheduler } from "../../src/policy/onnx/scheduler.ts";
import type { GenerateRequest } from "../../src/policy/onnx/worker-messages.ts";
import { GOLDEN, PARROT } from "./parrot-fixture.ts";

const MODEL = readHuggingFaceModel(PARROT, undefined);
/** Bytes of one slot: keys and values of 2 layers with 2 heads of 16 channels. */
const SLOT = 2 * 2 * 2 * 16 * 4;

/** Runs requests with memory for `slots` slots and gives their tokens and the sizes of the batches. */
async function run(slots: number, requests: readonly GenerateRequest[]) {
  const graph = await HuggingFaceGraph.open(MODEL, "cpu", 1);
  const tokens = new Map<number, Int32Array>();
  let largest = 0;
  await new Promise<void>((resolve) => {
    const scheduler = new Scheduler({
      config: MODEL.config,
      graph,
      maxRows: 64,
      minRows: 2,
      cacheBytes: slots * SLOT,
      decode: ({ lists }) => Promise.resolve(lists.map(() => "")),
      send(message) {
        if (message.kind === "done") tokens.set(message.id, message.result.tokens);
        if (message.kind !== "steps") return;
        largest = Math.max(largest, ...message.steps.batchSizes);
        if (tokens.size === requests.length) resolve();
      },
    });
    for (const [id, request] of requests.entries()) scheduler.submit(id, request);
  });
  return { tokens: requests.map((_, id) => tokens.get(id)), largest };
}

test("the batch grows no further than the memory for keys and values, and everything is drawn all the same", async () => {
  const requests = GOLDEN.cases.slice(0, 3).map(({ prompt }, index): GenerateRequest => ({
    promptIds: prompt,
    n: 4,
    seed: index,
    sampling: { temperature: 1, topP: 1, topK: 0 },
    maxTokens: 20,
    stop: [],
    skipSpecialTokens: true,
    stopTokenIds: [],
    scorePrompt: false,
    stream: false,
  }));
  const roomy = await run(10_000, requests);
  const tight = await run(99, requests);
  const none = await run(1, requests);
  expect(roomy.largest).toBeGreaterThan(4);
  // 26, 32 and 25 slots are set aside for a completion of each request.
  expect(tight.largest).toBeLessThanOrEqual(3);
  expect(none.largest).toBe(1);
  expect(tight.tokens).toEqual(roomy.tokens);
  expect(none.tokens).toEqual(roomy.tokens);
});
