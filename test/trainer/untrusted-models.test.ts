import { execFile, execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recipeSchema, type Recipe } from "../../src/config/recipe-schema.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { checkModelFiles } from "../../src/run/start/check-model-files.ts";
import { trainerEnvironment } from "../../src/trainer/drivers/local-torch.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { INSTALLING, partPython } from "../support/test-parts.ts";

/** The interpreter loads PyTorch to look a model type up. */
const MINUTES = 60_000;
const FIXTURES = packagePath("test/trainer/fixtures");

/** What came of a load, and whether the code that was planted in it ran. */
interface Load {
  readonly name: string;
  readonly error: { readonly code: string; readonly message: string; readonly advice: string } | null;
  readonly marker: boolean;
}

let folder: string;
let python: string;
let loads: ReadonlyMap<string, Load>;
beforeAll(async () => {
  python = await partPython(TRAINER_ENVIRONMENT);
  folder = mkdtempSync(join(tmpdir(), "rlvr-untrusted-"));
  const { stdout } = await promisify(execFile)(python, [join(FIXTURES, "untrusted_models.py"), folder], {
    env: { ...trainerEnvironment(process.env), OMP_NUM_THREADS: "1" },
  });
  const told = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Load);
  loads = new Map(told.map((load) => [load.name, load]));
}, INSTALLING);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the PyTorch trainer", () => {
  it("loads a model whose type it knows from safetensors, and neither its code nor its pickle", () => {
    expect(loads.get("known")).toEqual({ name: "known", error: null, marker: false });
  });

  it("refuses a model that only its own code could load, unless the recipe lets it run", () => {
    expect(loads.get("unknown")).toMatchObject({
      error: { code: "bad_checkpoint", advice: expect.stringContaining("policy.trust_remote_code") },
      marker: false,
    });
    expect(loads.get("unknown, trusted")).toMatchObject({ marker: true });
  });

  it.each([
    ["pickled", "save_pretrained"],
    ["named", "transformers_weights"],
  ])("refuses weights that are a pickle, and says what to do: %s", (name, advice) => {
    expect(loads.get(name)).toMatchObject({
      error: { code: "bad_checkpoint", advice: expect.stringContaining(advice) },
      marker: false,
    });
  });

  it.each(["checkpoint with a pickle for an index", "checkpoint with a pickle for a tensor"])(
    "refuses a %s, its hashes signed anew",
    (name) => {
      expect(loads.get("checkpoint")).toMatchObject({ error: null });
      expect(loads.get(name)).toMatchObject({ error: { code: "bad_checkpoint" }, marker: false });
    },
  );
});

describe("at the start of a run", () => {
  const check = async (model: string, changes: object = {}): Promise<string[]> => {
    const notes: string[] = [];
    await checkModelFiles(policyOf(join(folder, model), changes), python, (note) => notes.push(note));
    expect(existsSync(join(folder, "marker"))).toBe(false);
    return notes;
  };

  it(
    "refuses a model that only its own code could load, and names the option that lets it run",
    async () => {
      await expect(check("unknown")).rejects.toMatchObject({
        code: "bad_recipe",
        message: expect.stringContaining("transformers lacks the model type 'planted'"),
        advice: expect.stringContaining("policy.trust_remote_code"),
      });
      expect(await check("unknown", { trust_remote_code: true })).toEqual([]);
    },
    5 * MINUTES,
  );

  it(
    "takes a model whose type transformers has, with a note that its code is not run",
    async () => {
      expect(await check("known")).toEqual([expect.stringContaining("which is not run")]);
      expect(await check("honest")).toEqual([]);
    },
    5 * MINUTES,
  );

  it("refuses weights that are a pickle, and says how to convert them", async () => {
    await expect(check("pickled")).rejects.toMatchObject({
      code: "bad_checkpoint",
      advice: expect.stringContaining("save_pretrained"),
    });
  });
});

function policyOf(model: string, changes: object): Recipe["policy"] {
  return recipeSchema.shape.policy.parse({ model, ...changes });
}

it("loads nothing in Python that could run code", () => {
  const files = globSync("{python,test,bench}/**/*.py", { cwd: packagePath("."), exclude: ["**/.venv*/**"] });
  expect(files.length).toBeGreaterThan(50);
  // They make pickles, to see that nobody loads them.
  const checked = files.filter((file) => file !== "test/trainer/fixtures/untrusted_models.py").sort();
  const found = execFileSync("python3", [join(FIXTURES, "unsafe_loads.py"), ...checked], {
    cwd: packagePath("."),
    encoding: "utf8",
  });
  expect(found).toBe("");
});
