import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isRlvrError } from "../core/errors.ts";
import { configureObjective, OBJECTIVES } from "./registry.ts";

/** Options without which an objective cannot be. */
const NEEDED: Readonly<Record<string, Record<string, unknown>>> = { "dr-grpo": { max_tokens: 32 } };

function errorOf(work: () => unknown): { readonly code: string; readonly message: string; readonly advice: string } {
  try {
    work();
  } catch (error) {
    if (isRlvrError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("configureObjective", () => {
  it("knows the objectives by name", () => {
    expect(OBJECTIVES.map((objective) => objective.name)).toEqual([
      "grpo",
      "dr-grpo",
      "rloo",
      "reinforce-pp",
      "maxrl",
      "dapo",
      "gspo",
      "cispo",
      "copo",
      "distillation",
    ]);
  });

  it("answers a wrong name with the nearest", () => {
    const error = errorOf(() => configureObjective("dr_gpro"));
    expect(error.code).toBe("unknown_name");
    expect(error.advice).toContain('Did you mean "dr-grpo"?');
  });

  it("needs a teacher where its credit is asked for", () => {
    expect(configureObjective("grpo").teacherCoefficient).toBe(0);
    expect(configureObjective("gspo", { teacher_coef: 0.1 }).teacherCoefficient).toBe(0.1);
    expect(configureObjective("copo").teacherCoefficient).toBe(0);
    expect(configureObjective("distillation").teacherCoefficient).toBe(1);
    expect(errorOf(() => configureObjective("distillation", { teacher_coef: 0 })).message).toContain("teacher_coef");
  });
});

describe.each(OBJECTIVES.map((objective) => [objective.name, objective] as const))("%s", (name, { options }) => {
  const needed = NEEDED[name] ?? {};

  it("fills in its defaults, and takes them back as they are", () => {
    const configured = configureObjective(name, needed);
    expect(configureObjective(name, configured.options).options).toEqual(configured.options);
  });

  it("says what each option means", () => {
    const { properties = {} } = z.toJSONSchema(options, { io: "input" });
    expect(Object.keys(properties).length).toBeGreaterThan(8);
    for (const property of Object.values(properties)) {
      expect(property).toHaveProperty("description", expect.stringMatching(/\w+/));
    }
  });

  it("refuses options that do not go together, naming what is missing", () => {
    const faulty = (wrong: Record<string, unknown>) => errorOf(() => configureObjective(name, { ...needed, ...wrong }));
    for (const error of [
      faulty({ correction: "token-mask" }),
      faulty({ correction: "token-truncate", old: "sampler" }),
    ]) {
      expect(error.code).toBe("bad_recipe");
      expect(error.message).toContain("old: recompute");
    }
    expect(faulty({ weights: "seq-mean-token-sum-norm", max_tokens: null }).message).toContain("max_tokens: ");
    const empty = { old: "recompute", correction: "sequence-mask", correction_cap: 2, correction_floor: 3 };
    expect(faulty(empty).message).toContain("correction_floor: ");
  });
});

describe("the overlong penalty", () => {
  it("needs max_tokens, and no more buffer than that", () => {
    expect(errorOf(() => configureObjective("dapo", { overlong_buffer: 8 })).message).toContain("max_tokens: ");
    expect(errorOf(() => configureObjective("dapo", { overlong_buffer: 9, max_tokens: 8 })).message).toContain(
      "overlong_buffer: ",
    );
  });
});

describe("surrogate settings", () => {
  const plain = {
    ratioLevel: "token",
    old: "sampler",
    clipLow: 0.2,
    clipHigh: 0.2,
    dualClip: null,
    ratioCap: null,
    correction: null,
    klKind: "k3",
    klCoef: 0,
    entropyCoef: 0,
  };

  it.each([
    ["grpo", plain],
    ["dr-grpo", plain],
    ["rloo", plain],
    ["reinforce-pp", plain],
    ["maxrl", plain],
    ["copo", plain],
    ["distillation", plain],
    ["dapo", { ...plain, clipHigh: 0.28 }],
    ["gspo", { ...plain, ratioLevel: "sequence", clipLow: 3e-4, clipHigh: 4e-4 }],
    ["cispo", { ...plain, clipLow: 1, clipHigh: 4, ratioCap: 5 }],
  ])("of %s are its paper's", (name, expected) => {
    expect(configureObjective(name, NEEDED[name]).surrogate).toEqual(expected);
  });

  it("follow the options", () => {
    const options = {
      old: "recompute",
      correction: "geometric-mask",
      correction_cap: 4,
      clip_high: 0.3,
      dual_clip: 3,
      kl_kind: "k2",
      kl_coef: 0.1,
      entropy_coef: 0.01,
    };
    expect(configureObjective("grpo", options).surrogate).toEqual({
      ...plain,
      old: "recompute",
      // Without a floor of its own the mask is symmetric: 1/4 to 4.
      correction: { mode: "geometric-mask", cap: 4, floor: 0.25 },
      clipHigh: 0.3,
      dualClip: 3,
      klKind: "k2",
      klCoef: 0.1,
      entropyCoef: 0.01,
    });
  });

  it("have no clips to set in cispo", () => {
    expect(errorOf(() => configureObjective("cispo", { clip_low: 0.2 })).message).toContain('unknown key "clip_low"');
  });
});
