import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../src/core/errors.ts";
import { compileSchema } from "../src/verifiers/json/compile-schema.ts";

/**
 * Runs the required tests of the JSON-Schema-Test-Suite (https://github.com/json-schema-org/JSON-Schema-Test-Suite)
 * against the verifier `json-schema`: `node tools/json-schema-suite.ts CHECKOUT [--list]`. Ends with 1 when a verdict is
 * wrong. A schema that is refused gets no verdict; `--list` names those.
 */

/** A schema of the suite with values that it accepts or does not. */
interface SuiteGroup {
  readonly description: string;
  readonly schema: boolean | Readonly<Record<string, unknown>>;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

const DRAFTS: ReadonlyMap<string, string> = new Map([
  ["draft2020-12", "https://json-schema.org/draft/2020-12/schema"],
  ["draft2019-09", "https://json-schema.org/draft/2019-09/schema"],
  ["draft7", "http://json-schema.org/draft-07/schema#"],
]);

const { positionals, values } = parseArgs({ allowPositionals: true, options: { list: { type: "boolean" } } });
const [checkout] = positionals;
if (checkout === undefined) throw new Error("usage: node tools/json-schema-suite.ts CHECKOUT [--list]");

for (const [draft, uri] of DRAFTS) {
  const found = { right: 0, "false accepts": 0, "false rejects": 0, refused: 0 };
  const groups = new Set<string>();
  for (const { file, group } of groupsOf(join(checkout, "tests", draft))) {
    const name = `${file}: ${group.description}`;
    try {
      // A verifier's schema is an object.
      if (typeof group.schema === "boolean") throw new Error("a boolean schema");
      const validate = compileSchema({ $schema: uri, ...group.schema }, false);
      for (const { description, data, valid } of group.tests) {
        const accepted = validate(data);
        if (accepted !== valid) console.log(`${draft} ${name}: ${description}: ${accepted ? "accepted" : "rejected"}`);
        found[accepted === valid ? "right" : accepted ? "false accepts" : "false rejects"]++;
      }
    } catch (error) {
      found.refused += group.tests.length;
      groups.add(`${name}: ${messageOf(error)}`);
    }
  }
  console.log(`${draft}: ${JSON.stringify(found)}, ${groups.size} schemas refused`);
  if (values.list) for (const group of groups) console.log(`  ${group}`);
  if (found["false accepts"] + found["false rejects"] > 0) process.exitCode = 1;
}

function groupsOf(folder: string): { readonly file: string; readonly group: SuiteGroup }[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const groups = JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly SuiteGroup[];
    return groups.map((group) => ({ file, group }));
  });
}
