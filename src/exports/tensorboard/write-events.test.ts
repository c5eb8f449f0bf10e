import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { crc32c } from "./crc32c.ts";
import { writeEvents } from "./write-events.ts";

/** What tensorboard 2.21's own RecordWriter and Event messages give for the version event and the points below. */
const GOLDEN =
  "1800000000000000a37f4b2209ac1c9a10cfc1da411a0d627261696e2e4576656e743a327a2b153040000000000000002817f4950925060912cfc1da4110012a330a120a0b7265776172642f6d65616e150000943e0a1d0a166576616c2fd182d0b5d181d1822f6163637572616379156f1283ba46b2085fe500000000000000e878a28c0900006012cfc1da411080bcc1960b2ad3010ad0010ac801" +
  "61".repeat(200) +
  "150000807f8d97b22b";

test("CRC-32C gives the check values of RFC 3720", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
});

test("an event file has the very bytes that TensorBoard's own writer gives", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-events-"));
  try {
    const told: number[] = [];
    const points = [
      {
        step: 1,
        at: "2026-11-25T19:51:36.141Z",
        values: { "reward/mean": 0.2890625, "eval/тест/accuracy": -1e-3 },
      },
      { step: 3_000_000_000, at: "2026-11-25T19:51:37.500Z", values: { ["a".repeat(200)]: Infinity } },
    ];
    const written = await writeEvents(folder, "2026-11-25T19:51:30.408Z", points, ({ step }) => told.push(step));
    expect(readdirSync(folder)).toEqual(["events.out.tfevents.1795636290.rlvr"]);
    expect(readFileSync(join(folder, "events.out.tfevents.1795636290.rlvr")).toString("hex")).toBe(GOLDEN);
    expect(written).toEqual({ scalars: 3, bytes: GOLDEN.length / 2 });
    expect(told).toEqual([1, 3_000_000_000]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
