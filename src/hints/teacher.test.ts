import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { connectTeacher, type Teacher } from "./teacher.ts";

/** A teacher whose server answers each chat request in one way. */
async function teacherOf(answer: (response: ServerResponse) => void): Promise<Teacher> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === "/v1/models") response.setHeader("content-type", "application/json").end('{"data":[]}');
    else answer(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const teacher = await connectTeacher(url, "sk-1", { model: "m", temperature: 0, seed: 1, maxTokens: 100 });
  onTestFinished(async () => {
    await teacher.close();
    server.closeAllConnections();
    server.close();
  });
  return teacher;
}

const ASKED = [{ role: "user", content: "1+1" }] as const;
const JSON_HEAD = { "content-type": "application/json" };
/** Where even these servers stop, in bytes. */
const ENOUGH = 64 * 1024 * 1024;

function endless(status: number, sent: { bytes: number }): (response: ServerResponse) => void {
  const piece = " ".repeat(65_536);
  return (response) => {
    response.writeHead(status, JSON_HEAD).write('{"error":"');
    const go = (): void => {
      while (!response.destroyed && sent.bytes < ENOUGH) {
        sent.bytes += piece.length;
        if (!response.write(piece)) return void response.once("drain", go);
      }
      response.end();
    };
    go();
  };
}

test("reads no more of a teacher's endless answer than it may have", async () => {
  const sent = { bytes: 0 };
  const teacher = await teacherOf(endless(200, sent));
  await expect(teacher.ask(ASKED)).rejects.toMatchObject({
    code: "protocol_violation",
    message: expect.stringMatching(/more than \d+ bytes/),
  });
  expect(sent.bytes).toBeLessThan(ENOUGH / 2);
});

test("reads the beginning alone of a teacher's endless refusal", async () => {
  const sent = { bytes: 0 };
  const teacher = await teacherOf(endless(403, sent));
  const error = (await teacher.ask(ASKED).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ code: "bad_usage" });
  expect(error.message.length).toBeLessThan(1000);
  expect(sent.bytes).toBeLessThan(ENOUGH / 2);
});

test("counts the bytes of a teacher's answer unpacked", async () => {
  const bomb = gzipSync(Buffer.alloc(ENOUGH, " "));
  const teacher = await teacherOf(
    (response) => void response.writeHead(200, { ...JSON_HEAD, "content-encoding": "gzip" }).end(bomb),
  );
  await expect(teacher.ask(ASKED)).rejects.toMatchObject({ code: "protocol_violation" });
});
