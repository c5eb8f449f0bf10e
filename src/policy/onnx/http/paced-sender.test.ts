import { SSEStreamingApi } from "hono/streaming";
import { expect, test } from "vitest";
import { pacedSender } from "./paced-sender.ts";

function opened(mostUnread: number) {
  const { readable, writable } = new TransformStream();
  const stream = new SSEStreamingApi(writable, readable);
  let givenUp = 0;
  const sender = pacedSender(stream, () => givenUp++, mostUnread);
  return { stream, sender, givenUp: () => givenUp };
}

test("sends everything to a client that reads, in order", async () => {
  const { stream, sender, givenUp } = opened(2000);
  const text = new Response(stream.responseReadable).text();
  for (let index = 0; index < 1000; index++) {
    sender.send(String(index));
    await sender.written();
  }
  await stream.close();
  expect(await text).toBe(Array.from({ length: 1000 }, (_, index) => `data: ${index}\n\n`).join(""));
  expect(givenUp()).toBe(0);
});

test("gives a client up that does not read, once, and keeps nothing for it", async () => {
  const { stream, sender, givenUp } = opened(2000);
  for (let index = 0; index < 1000; index++) sender.send("x".repeat(100));
  await sender.written();
  expect(givenUp()).toBe(1);
  expect(stream.aborted).toBe(true);
});
