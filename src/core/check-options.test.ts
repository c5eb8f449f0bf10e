import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkOptions } from "./check-options.ts";
import { isRlvrError } from "./errors.ts";

const schema = z.strictObject({
  clip_low: z.number().default(0.2),
  inner: z.strictObject({ depth: z.int() }).optional(),
});

function messageFor(options: unknown): string {
  try {
    checkOptions(schema, options, 'objective "x"');
  } catch (error) {
    if (isRlvrError(error) && error.code === "bad_recipe") return error.message;
    throw error;
  }
  throw new Error("the options were accepted");
}

describe("checkOptions", () => {
  it("fills in defaults", () => {
    expect(checkOptions(schema, {}, 'objective "x"')).toEqual({ clip_low: 0.2 });
  });

  it("names the owner and the nearest known option of an unknown one", () => {
    const message = messageFor({ clip_lo: 0.1 });
    expect(message).toContain('objective "x"');
    expect(message).toContain('unknown key "clip_lo"; did you mean "clip_low"?');
  });

  it("gives the path of a wrong value and reports every fault", () => {
    const message = messageFor({ clip_low: "high", inner: { depth: 1.5 } });
    expect(message).toContain("clip_low: ");
    expect(message).toContain("inner.depth: ");
  });

  it("refuses what is no object", () => {
    expect(messageFor("fast")).toContain("expected object");
  });
});
