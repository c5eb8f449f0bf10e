import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { sha256 } from "../../src/core/files/files.ts";
import { packagePath } from "../../src/core/package-files.ts";

const POLICY = packagePath("policies/tiny");
const [, frontMatter = ""] = readFileSync(join(POLICY, "README.md"), "utf8").split("---\n");
const card = z
  .object({ sources_sha256: z.string(), sources: z.array(z.string()), files_sha256: z.record(z.string(), z.string()) })
  .parse(parse(frontMatter));

test("graphs and weights are those that the model card tells of", () => {
  for (const [file, hash] of Object.entries(card.files_sha256))
    expect(sha256(readFileSync(join(POLICY, file))), file).toBe(hash);
  expect(Object.keys(card.files_sha256)).toEqual(expect.arrayContaining(["graphs/grad.onnx", "model.safetensors"]));
});

test("the sources of the graphs and weights are those that they were made from (if not: pnpm policy:make refresh)", () => {
  const parts = card.sources
    .toSorted()
    .flatMap((path) => [Buffer.from(`${path}\n`), readFileSync(packagePath(path)), Buffer.from("\n")]);
  expect(sha256(Buffer.concat(parts))).toBe(card.sources_sha256);
});
