import { parseArgs } from "node:util";
import { createPolicyService } from "../src/run/services/policy-service.ts";

/**
 * A block of completions with rlvr's client: as a run samples, through the replica pool. Prints the seconds that they took
 * once the connections were warm, a sum of what came, and the memory of the process after each tenth.
 */

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    requests: { type: "string", default: "1000" },
    "in-flight": { type: "string", default: "64" },
    stream: { type: "boolean", default: false },
  },
});
const requests = Number(values.requests);
const inFlight = Number(values["in-flight"]);
/** What the stub sends has 512 tokens whatever is asked for; completions of more than that are streamed. */
const maxTokens = values.stream ? 2048 : 512;
const promptIds = Array.from({ length: 96 }, (_, at) => 100 + at);

const service = await createPolicyService({
  modelDirectory: "",
  urls: [values.url],
  mode: "fast",
  weights: undefined,
  onRestart: () => undefined,
  signal: new AbortController().signal,
});
const rss: number[] = [];
let tokens = 0;
let logprobs = 0;

async function sample(count: number, onEach: (done: number) => void): Promise<void> {
  let begun = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (begun < count) {
      const seed = begun++;
      const request = { promptIds, n: 1, seed, temperature: 1, topP: 1, topK: 0, maxTokens };
      for (const completion of await service.complete(request)) {
        tokens += completion.tokenIds.length;
        for (const value of completion.logprobs) logprobs += value;
      }
      onEach(++done);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}

await sample(inFlight * 4, () => undefined);
tokens = 0;
logprobs = 0;
const tenth = Math.max(1, Math.floor(requests / 10));
const began = performance.now();
await sample(requests, (done) => {
  if (done % tenth === 0) rss.push(process.memoryUsage.rss());
});
const seconds = (performance.now() - began) / 1000;
await service.close();
console.log(JSON.stringify({ seconds, tokens, logprobs, rss }));
