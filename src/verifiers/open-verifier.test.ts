import { describe, expect, it } from "vitest";
import { openVerifier } from "./open-verifier.ts";

describe("openVerifier", () => {
  it("loads what comes with rlvr by name, its options filled in", async () => {
    const { verifier, options, ready } = await openVerifier("numeric", { absolute: 1 });
    expect([verifier.name, options]).toEqual(["numeric", expect.objectContaining({ absolute: 1, relative: 0 })]);
    expect(await ready()).toEqual({
      name: "numeric",
      version: verifier.version,
      sourceSha256: expect.any(String),
      judgesGroups: false,
      needs: [],
    });
  });

  it("names the nearest of an unknown name", async () => {
    await expect(openVerifier("exat", {})).rejects.toMatchObject({
      code: "unknown_name",
      advice: expect.stringContaining('"exact"'),
    });
  });

  it("refuses a wrong option of a combined verifier, and one that only weighted lists have", async () => {
    const open = (name: string, of: readonly unknown[]) => openVerifier(name, { of });
    await expect(open("all", [{ name: "exact", fold: true }])).rejects.toMatchObject({
      code: "bad_recipe",
      message: expect.stringContaining('unknown key "fold"; did you mean "fold_case"?'),
    });
    await expect(open("any", [{ name: "exact", weight: 2 }])).rejects.toMatchObject({ code: "bad_recipe" });
    await expect(open("weighted", [{ name: "exact", weight: 2 }])).resolves.toBeDefined();
    await expect(open("all", [])).rejects.toMatchObject({ code: "bad_recipe" });
  });

  it("tells combinations of other verifiers, versions or sources apart", async () => {
    const hash = async (...of: readonly { readonly name: string }[]): Promise<string> =>
      (await (await openVerifier("all", { of })).ready()).sourceSha256;
    expect(await hash({ name: "exact" })).toBe(await hash({ name: "exact" }));
    expect(await hash({ name: "exact" })).not.toBe(await hash({ name: "numeric" }));
  });
});
