import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openVerifier } from "../src/verifiers/open-verifier.ts";
import { crossCheck, isSameNumber } from "../test/support/reference-answers.ts";

/**
 * Judges GSM8K's reference solutions as responses: each has to pass against its own final number, and none against the
 * number of the next problem whose answer differs. `--data` is the folder with test.jsonl and train.jsonl.
 */

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    verifier: { type: "string", multiple: true, default: ["gsm8k", "math"] },
  },
});
if (values.data === undefined) {
  console.error("Name the folder that holds GSM8K's test.jsonl and train.jsonl: --data DIR");
  process.exit(2);
}

for (const name of values.verifier) {
  const verifier = (await openVerifier(name, {})).verifier;
  for (const part of ["test", "train"]) {
    const problems = read(join(resolve(values.data), `${part}.jsonl`));
    const start = performance.now();
    const { rejected, accepted } = await crossCheck(verifier, problems, isSameNumber);
    const ms = (performance.now() - start) / (2 * problems.length);
    console.log(
      `${name}, ${part}: ${problems.length - rejected.length} of ${problems.length} pass against themselves, ` +
        `${accepted.length} against the next that differs; ${ms.toFixed(3)} ms a verdict`,
    );
    if (rejected.length + accepted.length > 0) {
      console.log(`  rejected: ${rejected.join(", ")}\n  accepted: ${accepted.join(", ")}`);
      process.exitCode = 1;
    }
  }
}

function read(file: string): { readonly answer: string; readonly response: string }[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => {
    const { answer: response } = JSON.parse(line) as { answer: string };
    return { answer: response.slice(response.lastIndexOf("####") + 4).trim(), response };
  });
}
