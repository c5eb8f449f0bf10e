import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { HttpPolicyClient } from "../../../src/policy/http-policy-client.ts";
import { connectServer, type ServerConnection } from "../../../src/policy/server-connection.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { sentChoice } from "../sent-choice.ts";

const json = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.array(sentChoice, { minLength: 1, maxLength: 1 }).map((choices) => JSON.stringify({ choices })),
  },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.jsonValue().map((error) => JSON.stringify({ error })) },
);
const field = fc.constantFrom("data: ", "data:", "data", "event: ", "id: ", "retry: ", ": ", "datum: ", "\uFEFFdata: ");
const end = fc.constantFrom("\n\n", "\r\n\r\n", "\r\r", "\n", "\r", "");
const frame = fc.oneof(
  { weight: 9, arbitrary: json.map((data) => `data: ${data}\n\n`) },
  {
    weight: 2,
    arbitrary: fc.tuple(field, fc.oneof(json, fc.string({ unit: "binary" })), end).map((parts) => parts.join("")),
  },
);
const stream = fc
  .record({
    frames: fc.array(frame, { maxLength: 4 }),
    isDone: fc.nat(9),
    garbage: fc.uint8Array({ maxLength: 8 }),
    at: fc.nat(),
  })
  .map(({ frames, isDone, garbage, at }) => {
    const bytes = Buffer.from(frames.join("") + (isDone > 0 ? "data: [DONE]\n\n" : ""));
    if (isDone !== 1) return bytes;
    const middle = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, middle), garbage, bytes.subarray(middle)]);
  });

let connection: Promise<ServerConnection> | undefined;
let current: { readonly bytes: Buffer; readonly cuts: readonly number[] } | undefined;

/** Sends the current case in pieces, each a packet of its own where the system has it so. */
async function answer(response: ServerResponse): Promise<void> {
  const { bytes, cuts } = current ?? { bytes: Buffer.alloc(0), cuts: [] };
  const borders = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const border of [...borders, bytes.length]) {
    response.write(bytes.subarray(from, border));
    from = border;
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

async function connect(): Promise<ServerConnection> {
  const server = createServer((request, response) => {
    request.resume();
    void answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return connectServer({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Streamed answers of POST /v1/completions, cut at any byte: see src/policy/server-connection.ts. */
export const target = fuzzTarget({
  input: fc.record({ bytes: stream, cuts: fc.array(fc.nat(), { maxLength: 5 }) }),
  refusals: ["protocol_violation", "sampling_failed", "policy_failed", "bad_request", "policy_unreachable"],
  read: async (sent) => {
    current = sent;
    const client = new HttpPolicyClient(await (connection ??= connect()), { model: "m" });
    return client.complete({ promptIds: [4, 5], n: 1, seed: 1, temperature: 1, topP: 1, topK: 0, maxTokens: 600 });
  },
});
