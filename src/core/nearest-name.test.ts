import { describe, expect, it } from "vitest";
import { nearestName, unknownName } from "./nearest-name.ts";

describe("nearestName", () => {
  it("finds a mistyped word", () => {
    expect(nearestName("numreic", ["exact", "numeric"])).toBe("numeric");
    expect(nearestName("grop", ["dapo", "grpo", "gspo"])).toBe("grpo");
  });

  it("sees through case and the kind of dash", () => {
    expect(nearestName("Token_Mean", ["token-mean", "seq-mean-token-mean"])).toBe("token-mean");
  });

  it("completes the beginning of a word", () => {
    expect(nearestName("temp", ["temperature", "top_p"])).toBe("temperature");
  });

  it("says nothing when nothing is near", () => {
    expect(nearestName("sandwich", ["exact", "numeric"])).toBeUndefined();
    expect(nearestName("x", [])).toBeUndefined();
  });

  it("prefers the exact word over a longer one that begins with it", () => {
    expect(nearestName("clip", ["clip_low", "clip"])).toBe("clip");
  });
});

describe("unknownName", () => {
  it("names the nearest and lists what there is", () => {
    const error = unknownName("verifier", "numerc", ["exact", "numeric"]);
    expect(error.code).toBe("unknown_name");
    expect(error.message).toContain('"numerc"');
    expect(error.advice).toBe('Did you mean "numeric"? There are: exact, numeric.');
  });
});
