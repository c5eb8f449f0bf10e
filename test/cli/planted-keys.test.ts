/** Keys in places where none may be: refused, without being repeated or stored. And keys that a teacher repeats. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { startFakeTeacher } from "../hints/fake-teacher.ts";
import { plantKeys, textsBelow } from "../support/planted-keys.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

let folder: string;
let recipe: string;
const planted = plantKeys();
const KEY = planted.of("key");
const NO_SERVER = "http://127.0.0.1:9";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-refused-"));
  recipe = writeSmallRecipe(folder);
  const run = await scriptedRun(join(folder, ".rlvr"));
  run.db.$client.close();
  writeFileSync(join(folder, "set.jsonl"), '{"problem":"1+1","answer":"2"}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command that is to be refused, with a key in place of KEY, and looks for the key in what it says and leaves. */
async function refused(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const planting = args.map((argument) => argument.replaceAll("KEY", KEY));
  const { code, stdout, stderr } = await rlvr(planting, folder, { env });
  expect([code, stdout], stderr).toEqual([2, ""]);
  expect(stderr).not.toContain("please report");
  planted.expectNoneIn({ stderr, ...(await textsBelow(folder, (path) => path.endsWith("study.yaml"))) });
  return stderr;
}

test.each([
  ["policy.url", "http://me:KEY@host:8000", "api_key_env"],
  ["policy.url", "http://KEY@host:8000", "api_key_env"],
  ["policy.url", "http://host:8000/?key=KEY", "api_key_env"],
  ["policy.url", "http://host:8000/#KEY", "api_key_env"],
  ["policy.url", "[http://a:8000, http://me:KEY@b:8000]", "api_key_env"],
  ["policy.url", "[http://me:KEY@host", "not YAML"],
  ["policy.url", "ftp://me:KEY@host", "http://"],
  ["policy.url", "me:KEY@host:8000", "http://"],
  ["policy.url", "host:8000/?key=KEY", "http://"],
  ["policy.url", "KEY", "http://"],
  ["policy.api_key_env", "sk-KEY", "not the name of an environment variable"],
  ["policy.api_key_env", "KEY", "not the name of an environment variable"],
  ["policy.api_key", "KEY", 'did you mean "api_key_env"'],
  ["teacher", '{url: "http://me:KEY@host"}', "api_key_env"],
  ["teacher", '{url: "http://host", api_key_env: sk-KEY}', "not the name of an environment variable"],
  ["policy.vllm.args", "[--api-key, KEY]", "--api-key would be stored"],
  ["policy.vllm.args", '["--hf-token=KEY"]', "--hf-token would be stored"],
  ["problems.practice", "https://me:KEY@host/set.jsonl?token=KEY", "does not exist"],
  ["http://me:KEY@host/?key", "1", "not path=value"],
])("refuses --set %s=%s of a new run and of a resumed one", async (path, value, reason) => {
  expect(await refused(["run", recipe, "--set", `${path}=${value}`])).toContain(reason);
  await refused(["resume", "1", "--db", ".rlvr/rlvr.db", "--set", `${path}=${value}`]);
});

test.each([
  [["doctor", "--policy", "http://me:KEY@host"]],
  [["doctor", "--policy", "http://host/?key=KEY"]],
  [["doctor", "--policy", NO_SERVER, "--api-key-env", "sk-KEY"]],
  [["doctor", "--policy", NO_SERVER, "--api-key=KEY"]],
  [["eval", "--policy", "http://me:KEY@host"]],
  [["eval", "--policy", NO_SERVER, "--api-key-env", "KEY"]],
  [["problems", "hint", "set.jsonl", "--model", "m", "--out", "o.jsonl", "--teacher", "http://me:KEY@host"]],
  [["problems", "hint", "set.jsonl", "--model", "m", "--out", "o.jsonl", "--teacher", "http://host/?key=KEY"]],
  [["problems", "hint", "set.jsonl", "--model", "m", "--out", "o.jsonl", "--teacher", NO_SERVER, "--key-env", "KEY"]],
  [["problems", "hint", "https://me:KEY@host/s.jsonl", "--model", "m", "--out", "o", "--teacher", NO_SERVER]],
  [["policy", "start", "vllm", "--model", ".", "--", "--api-key", "KEY"]],
  [["policy", "start", "vllm", "--model", ".", "--dry-run", "--", "--api_key=KEY"]],
])("refuses %j", async (args) => {
  expect(await refused(args)).toContain("rlvr: ");
});

test("refuses a study with a key in a URL, and one whose keys are not set, before its first run", async () => {
  const study = (set: object) =>
    writeFileSync(
      join(folder, "study.yaml"),
      stringify({
        name: "s",
        title: "S",
        recipe: "recipe.yaml",
        set,
        bases: { tiny: {} },
        experiments: [{ name: "e", title: "E", bases: ["tiny"], seeds: [1], variants: { a: {} } }],
      }),
    );
  study({ "policy.url": `http://me:${KEY}@host` });
  expect(await refused(["study", "study.yaml", "--db", "study.db"])).toContain("api_key_env");
  study({ "policy.url": NO_SERVER, "policy.api_key_env": "RLVR_UNSET" });
  expect(await refused(["study", "study.yaml", "--db", "study.db"])).toContain("RLVR_UNSET");
});

test.each([
  ["line break", `${KEY}\nX-Admin: 1`],
  ["end of line", `${KEY}\r`],
  ["letter beyond ASCII", `${KEY}\u20ac`],
  ["second key", `${KEY} ${KEY}`],
])("refuses a key with a %s, by the name of its variable, before anything is stored", async (_, key) => {
  const env = { PLANTED: key, OPENAI_API_KEY: key };
  const hint = ["problems", "hint", "set.jsonl", "--model", "m", "--out", "o.jsonl", "--teacher", NO_SERVER, "--yes"];
  const set = ["--set", `policy.url=${NO_SERVER}`, "--set", "policy.api_key_env=PLANTED"];
  for (const args of [
    ["run", recipe, "--db", "new.db", ...set],
    ["resume", "1", "--db", ".rlvr/rlvr.db", ...set],
    ["doctor", "--policy", NO_SERVER, "--api-key-env", "PLANTED"],
    ["eval", "--policy", NO_SERVER, "--api-key-env", "PLANTED"],
    [...hint, "--key-env", "PLANTED"],
  ])
    expect(await refused(args, env)).toContain("the environment variable PLANTED");
  expect(await refused(hint, env)).toContain("the environment variable OPENAI_API_KEY");
});

test("names a variable that is not set, before a run is stored", async () => {
  const set = ["--set", `policy.url=${NO_SERVER}`, "--set", "policy.api_key_env=RLVR_UNSET"];
  expect(await refused(["run", recipe, "--db", "unset.db", ...set])).toContain("RLVR_UNSET");
  expect((await rlvr(["runs", "--db", "unset.db", "--json"], folder)).stdout).toBe("[]\n");
  expect(await refused(["resume", "1", "--db", ".rlvr/rlvr.db", ...set])).toContain("RLVR_UNSET");
});

const hintBy = (url: string, env: NodeJS.ProcessEnv) =>
  rlvr(
    ["problems", "hint", "set.jsonl", "--model", "wise-owl", "--out", "o.jsonl", "--teacher", url, "--yes"],
    folder,
    { env },
  );

test.each([401, 404, 422, 500])(
  "a teacher that repeats its key in an error with status %d is not repeated",
  async (status) => {
    const teacher = await startFakeTeacher({ react: () => ({ status, message: `bad key ${KEY}` }) });
    onTestFinished(() => teacher.close());
    const { stdout, stderr } = await hintBy(teacher.url, {
      OPENAI_API_KEY: KEY,
      OPENAI_ADMIN_KEY: planted.of("admin"),
    });
    expect(new Set(teacher.keys)).toEqual(new Set([`Bearer ${KEY}`]));
    planted.expectNoneIn({ stdout, stderr, ...(await textsBelow(folder, (path) => path.endsWith("study.yaml"))) });
  },
);

test("a teacher that repeats its key in what it answers is not stored with it", async () => {
  const teacher = await startFakeTeacher({
    react: () => ({ text: `{"knowledge":["${KEY}"],"planning":["p"],"solution":["s"]}` }),
  });
  onTestFinished(() => teacher.close());
  const { code, stdout, stderr } = await hintBy(teacher.url, { OPENAI_API_KEY: KEY });
  expect(code).toBe(0);
  const files = await textsBelow(folder, (path) => path.endsWith("study.yaml"));
  expect(files["o.jsonl"]).toContain('"***"');
  planted.expectNoneIn({ stdout, stderr, ...files });
});

test("a redirect to another host does not take the key there", async () => {
  const other = await startFakeTeacher();
  onTestFinished(() => other.close());
  const redirecting = createServer((request, response) => {
    response.writeHead(307, { location: other.url.replace("127.0.0.1", "localhost") + (request.url ?? "") }).end();
  });
  await new Promise<void>((resolve) => redirecting.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void redirecting.close());
  await hintBy(`http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`, { OPENAI_API_KEY: KEY });
  expect(other.keys.filter((key) => key !== undefined)).toEqual([]);
});
