import { createServer, type AddressInfo, type Socket } from "node:net";

/**
 * A server that answers every completion at once with the same bytes, made before: 512 tokens with log-probabilities in
 * vLLM's shape, in one piece or streamed a token a chunk. It reads no more of a request than it must. Prints its port.
 */

const TOKENS = 512;
const ids = Array.from({ length: TOKENS }, (_, at) => 1000 + ((at * 7919) % 49_000));
const texts = ids.map((id) => ` w${id}`);
const logprobs = ids.map((id) => -((id % 977) / 311) - 0.000123456789);
const prompt = Array.from({ length: 96 }, (_, at) => 100 + at);
const common = {
  id: "cmpl-4f1d2a7c9b3e4f5a8d6c7b8a9e0f1a2b",
  object: "text_completion",
  created: 1_790_000_000,
  model: "m",
};

function logprobsOf(from: number, to: number): object {
  let offset = texts.slice(0, from).join("").length;
  const tokens = ids.slice(from, to).map((id) => `token_id:${id}`);
  return {
    text_offset: texts.slice(from, to).map((text) => (offset += text.length) - text.length),
    token_logprobs: logprobs.slice(from, to),
    tokens,
    top_logprobs: tokens.map((token, at) => ({ [token]: logprobs[from + at] })),
  };
}

const whole = JSON.stringify({
  ...common,
  choices: [
    {
      index: 0,
      text: texts.join(""),
      logprobs: logprobsOf(0, TOKENS),
      finish_reason: "length",
      stop_reason: null,
      token_ids: ids,
      prompt_logprobs: null,
      prompt_token_ids: prompt,
    },
  ],
  usage: { prompt_tokens: prompt.length, total_tokens: prompt.length + TOKENS, completion_tokens: TOKENS },
});

const chunks = ids.map((id, at) =>
  JSON.stringify({
    ...common,
    choices: [
      {
        index: 0,
        text: texts[at],
        logprobs: logprobsOf(at, at + 1),
        finish_reason: at === TOKENS - 1 ? "length" : null,
        stop_reason: null,
        prompt_token_ids: at === 0 ? prompt : null,
        token_ids: [id],
      },
    ],
  }),
);

const piece = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const answer = (type: string, body: string): Buffer =>
  Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

const WHOLE = answer("application/json", whole);
const STREAM = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${[...chunks, "[DONE]"]
    .map((data) => piece(`data: ${data}\n\n`))
    .join("")}0\r\n\r\n`,
);
const MODELS = answer("application/json", '{"data":[{"id":"m","max_model_len":32768}]}');
const HEALTH = answer("application/json", "");

/** Answers the requests in some bytes and gives back those of one that has not come whole. */
function serve(socket: Socket, bytes: Buffer): Buffer {
  for (let rest = bytes; ;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return rest;
    const head = rest.toString("latin1", 0, end);
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (rest.length < end + 4 + length) return rest;
    const isStream = rest.subarray(end + 4, end + 4 + length).includes('"stream":true');
    const isCompletion = head.startsWith("POST");
    const other = head.startsWith("GET /health") ? HEALTH : MODELS;
    socket.write(isCompletion ? (isStream ? STREAM : WHOLE) : other);
    rest = rest.subarray(end + 4 + length);
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let open: Buffer = Buffer.alloc(0);
  socket.on(
    "data",
    (bytes: Buffer) => (open = serve(socket, open.length === 0 ? bytes : Buffer.concat([open, bytes]))),
  );
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
