import { describe, expect, it } from "vitest";
import { combineVerdicts, isStopped, type VerdictPart } from "./combine-verdicts.ts";
import type { Verdict } from "./verdict.ts";

const times = { runMs: 1, queueMs: 1, attempts: 1 };

function ok(passed: boolean, score = Number(passed), extracted: string | null = null): Verdict {
  return { status: "ok", passed, score, extracted, details: null, ...times };
}

function failed(status: "error" | "timeout" | "skipped"): Verdict {
  return { status, error: "", ...times };
}

function part(weight = 1, { isGate = false, isRequired = true } = {}): VerdictPart {
  return { weight, isGate, isRequired };
}

describe("combineVerdicts", () => {
  it("takes the score of a single verifier as the reward", () => {
    expect(combineVerdicts([part()], [ok(false, 0.25, "4")])).toEqual({
      status: "ok",
      reward: 0.25,
      passed: false,
      extracted: "4",
    });
  });

  it("sums scores times weights", () => {
    const { reward, passed } = combineVerdicts([part(1), part(0.5), part(-0.25)], [ok(true), ok(true, 0.8), ok(true)]);
    expect([reward, passed]).toEqual([1 + 0.5 * 0.8 - 0.25, true]);
  });

  it("passes what passes every verifier that is required, whatever the others say", () => {
    const shaping = part(0.1, { isRequired: false });
    expect(combineVerdicts([part(), shaping], [ok(true), ok(false)])).toMatchObject({ reward: 1, passed: true });
    expect(combineVerdicts([part(), shaping], [ok(false), ok(true)])).toMatchObject({ reward: 0.1, passed: false });
  });

  it("gives no reward where weighted scores add up to more than a number holds", () => {
    const outcome = combineVerdicts([part(10), part(10)], [ok(true, 1e308), ok(true, 1e308)]);
    expect(outcome).toMatchObject({ status: "error", reward: null, passed: null });
    expect(combineVerdicts([part()], [ok(true, 1e308)])).toMatchObject({ status: "ok", reward: 1e308 });
  });

  it("gives no reward where a verifier crashed or ran late", () => {
    expect(combineVerdicts([part(), part()], [ok(true), failed("error")])).toMatchObject({
      status: "error",
      reward: null,
      passed: null,
    });
    expect(combineVerdicts([part(), part()], [failed("timeout"), ok(false)])).toMatchObject({ status: "timeout" });
  });

  it("does not mind that a verifier crashed which could change nothing", () => {
    const watching = part(0, { isRequired: false });
    expect(combineVerdicts([part(), watching], [ok(false), failed("timeout")])).toMatchObject({
      reward: 0,
      passed: false,
    });
    const gate = part(0, { isGate: true });
    expect(combineVerdicts([gate, part()], [failed("timeout"), failed("skipped")])).toMatchObject({ reward: null });
  });

  it("leaves out who has nothing to say, and gives no reward when nobody has", () => {
    expect(combineVerdicts([part(), part(2)], [ok(true), failed("skipped")])).toMatchObject({
      reward: 1,
      passed: true,
    });
    expect(combineVerdicts([part()], [failed("skipped")])).toMatchObject({ status: "skipped", reward: null });
    const shaping = part(0.1, { isRequired: false });
    expect(combineVerdicts([shaping, part()], [ok(true), failed("skipped")])).toMatchObject({
      reward: null,
      passed: null,
    });
  });

  it("does not pass what failed a gate, and rewards what was earned until then", () => {
    const parts = [part(0.5), part(0, { isGate: true }), part()];
    const verdicts = [ok(true), ok(false), failed("skipped")];
    expect(isStopped(parts, verdicts.slice(0, 2))).toBe(true);
    expect(combineVerdicts(parts, verdicts)).toMatchObject({ status: "ok", reward: 0.5, passed: false });
  });

  it("takes the answer from the verifier that counts most", () => {
    const parts = [part(0, { isGate: true }), part(2), part(1)];
    expect(combineVerdicts(parts, [ok(true, 1, "form"), ok(true, 1, "42"), ok(true, 1, "42.0")]).extracted).toBe("42");
    expect(combineVerdicts(parts, [ok(true, 1, "form"), ok(true), ok(true)]).extracted).toBe("form");
  });
});

describe("isStopped", () => {
  it("is where a gate failed, crashed or ran late, and nowhere else", () => {
    const gate = part(0, { isGate: true });
    expect(isStopped([gate], [ok(true)])).toBe(false);
    expect(isStopped([gate], [ok(false)])).toBe(true);
    expect(isStopped([gate], [failed("error")])).toBe(true);
    expect(isStopped([gate], [failed("skipped")])).toBe(false);
    expect(isStopped([part()], [ok(false)])).toBe(false);
    expect(isStopped([gate], [])).toBe(false);
  });
});
