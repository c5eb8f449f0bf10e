/**
 * Keys are given in every way that people give them, to runs that succeed and fail, with servers that repeat the key that
 * they were sent and children that print their environment. None may then be found anywhere.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { messageOf } from "../../src/core/errors.ts";
import { pipInstall } from "../../src/core/python/pip.ts";
import { logToTracker } from "../../src/exports/tracker.ts";
import { startVllm } from "../../src/policy/vllm/start-vllm.ts";
import { localTorchDriver } from "../../src/trainer/drivers/local-torch.ts";
import { TRAINER_ENVIRONMENT } from "../../src/trainer/trainer-environment.ts";
import { epochPaths } from "../../src/trainer/protocol/paths.ts";
import { startOpenServer, TINY, type OpenServer } from "../policy/policy-fixture.ts";
import { plantKeys, processTexts, textsBelow, type PlantedKeys } from "../support/planted-keys.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import type { Ended } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const MINUTES = 60_000;

/** Variables of a machine with keys of all the services that it uses. */
const MACHINE_KEYS = [
  "HF_TOKEN",
  "OPENAI_API_KEY",
  "OPENAI_ADMIN_KEY",
  "AWS_SECRET_ACCESS_KEY",
  "AZURE_CLIENT_SECRET",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "NVIDIA_API_KEY",
  "VLLM_API_KEY",
  "WANDB_API_KEY",
  "DATABASE_URL",
  "GITHUB_TOKEN",
  "NODE_AUTH_TOKEN",
  "SERVICE_PASS",
  "SSH_AUTH_SOCK",
];

let folder: string;
let keys: PlantedKeys;

function machineKeys(): Record<string, string> {
  return {
    ...Object.fromEntries(MACHINE_KEYS.map((name) => [name, keys.of(name)])),
    PIP_INDEX_URL: `https://me:${keys.of("PIP_INDEX_URL")}@pypi.example.org/simple?token=${keys.of("PIP query")}`,
    HTTPS_PROXY: `http://me:${keys.of("HTTPS_PROXY")}@proxy.example.org:3128`,
  };
}

function makeFolder(): void {
  folder = mkdtempSync(join(tmpdir(), "rlvr-planted-"));
  keys = plantKeys();
}

/** How a server in front of another answers requests for completions itself; undefined hands them on. */
type Echo = (authorization: string, response: ServerResponse, number: number) => boolean;

/** A server in front of another that hands requests on, and repeats the key that it is sent in every text of an answer. */
async function echoingServer(behind: string, echo: Echo): Promise<{ url: string; keys: Set<string>; close(): void }> {
  const seen = new Set<string>();
  let completions = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const part of request) body += String(part);
    const { authorization = "" } = request.headers;
    seen.add(authorization);
    const isCompletion = request.url === "/v1/completions";
    if (isCompletion && echo(authorization, response, ++completions)) return;
    const given = await fetch(behind + (request.url ?? ""), {
      method: request.method ?? "GET",
      ...(body !== "" && { body }),
    });
    const text = await given.text();
    const key = authorization.replace(/^Bearer /, "");
    response
      .writeHead(given.status, { "x-key": key })
      .end(isCompletion ? text.replace(/"text":"/g, `"text":"${key} `) : text);
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: seen,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("a run with servers that repeat their keys", () => {
  const CHANGES = {
    steps: 1,
    sampling: { groups: 2, group_size: 2, max_tokens: 6 },
    scaffold: { name: "none" },
    curriculum: { name: "uniform" },
    trainer: { learning_rate: 0.001 },
    evaluation: { every: 1000, samples: 1, test_samples: 1 },
    objective: { name: "grpo", teacher_coef: 0.1 },
  };
  let server: OpenServer;
  const outputs: Record<string, string> = {};
  const processes: Record<string, string> = {};
  const told = (name: string, { stdout, stderr }: Ended): void => void (outputs[name] = stdout + stderr);

  beforeAll(async () => {
    makeFolder();
    server = await startOpenServer({ workers: 1 });
  }, MINUTES);
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the recipe with servers that answer as `policy` and `teacher` say. */
  async function runWith(name: string, policy: Echo, teacher: Echo): Promise<Ended> {
    const [policyServer, teacherServer] = [
      await echoingServer(server.url, policy),
      await echoingServer(server.url, teacher),
    ];
    const recipe = writeSmallRecipe(folder, {
      ...CHANGES,
      name,
      policy: { model: TINY, url: policyServer.url, api_key_env: "PLANTED_POLICY" },
      teacher: { url: teacherServer.url, api_key_env: "PLANTED_TEACHER" },
    });
    const env = { ...machineKeys(), PLANTED_POLICY: keys.of("policy"), PLANTED_TEACHER: keys.of("teacher") };
    try {
      const ended = await rlvr(["run", recipe, "--json"], folder, { env });
      told(name, ended);
      // It was sent where it belongs, and nowhere else.
      expect([...policyServer.keys]).toEqual([`Bearer ${keys.of("policy")}`]);
      expect([...teacherServer.keys]).toEqual([`Bearer ${keys.of("teacher")}`]);
      return ended;
    } finally {
      policyServer.close();
      teacherServer.close();
    }
  }

  const handOn: Echo = () => false;
  const refuse: Echo = (authorization, response) => {
    response.writeHead(401).end(JSON.stringify({ error: { message: `not a key: ${authorization}` } }));
    return true;
  };

  test(
    "leaves none of them where a server refuses them",
    async () => {
      expect(await runWith("policy refuses", refuse, handOn)).toMatchObject({ code: 1 });
      expect(await runWith("teacher refuses", handOn, refuse)).toMatchObject({ code: 1 });
      expect(outputs["policy refuses"]).toContain("not a key: Bearer ***");
      expect(outputs["teacher refuses"]).toContain("not a key: Bearer ***");
    },
    2 * MINUTES,
  );

  test(
    "leaves none of them where it succeeds",
    async () => {
      // One answer of the policy is an error, after which it is asked again; by then all children run.
      const { code } = await runWith(
        "succeeds",
        (authorization, response, number) => {
          if (number !== 8) return false;
          Object.assign(processes, processTexts(process.pid));
          response.writeHead(500).end(`<html>${authorization}</html>`);
          return true;
        },
        handOn,
      );
      expect(code).toBe(0);
    },
    2 * MINUTES,
  );

  test(
    "shows and exports none of them",
    async () => {
      // What `rlvr sql` would show, is among the bytes of the database.
      for (const args of [["runs"], ["show"], ["show", "2", "--json"]]) told(args.join(" "), await rlvr(args, folder));
      for (const format of ["parquet", "jsonl", "tensorboard", "html"])
        told(format, await rlvr(["export", "--format", format], folder));
      expect(outputs["html"]).toContain("run-3.html");
      keys.expectNoneIn(outputs);
      const files = await textsBelow(folder);
      expect(Object.keys(files)).toEqual(
        expect.arrayContaining([".rlvr/rlvr.db", "run-3.html", expect.stringContaining("(rows)")]),
      );
      keys.expectNoneIn(files);
    },
    2 * MINUTES,
  );

  test.runIf(process.platform === "linux")(
    "gives none of them to its children, nor to anybody who lists processes",
    () => {
      expect(Object.keys(processes).join("\n")).toContain("src/trainer/embedded/main");
      // Workers run what the user wrote and says what it needs: test/verifiers.
      const others = Object.entries(processes).filter(([name]) => !name.includes("src/verifiers/pool/worker"));
      keys.expectNoneIn(Object.fromEntries(others));
    },
  );
});

describe("children that print their environment", () => {
  beforeEach(() => {
    makeFolder();
    for (const [name, key] of Object.entries(machineKeys())) vi.stubEnv(name, key);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A Python that prints its environment and ends, but for a script that it is given. */
  function printingPython(onScript = "exit 1"): string {
    const path = join(folder, "python");
    writeFileSync(path, `#!/bin/sh\n[ "$1" = -c ] && { ${onScript}; }\nenv\nps -o args -p $$\nenv >&2\nexit 1\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** What a child told about its environment, by which it is known that it printed it. */
  const PRINTED = /^PATH=/m;

  test("a trainer's log holds no key", async () => {
    const epoch = join(folder, "epoch-1");
    mkdirSync(epoch);
    const trainer = localTorchDriver({ python: printingPython(), ranks: 1 })(epoch);
    const { output } = await trainer.exited;
    const log = readFileSync(epochPaths(epoch).log, "utf8");
    expect(log).toMatch(PRINTED);
    keys.expectNoneIn({ output, log });
  });

  test("vLLM's log and the error of its end hold no key", async () => {
    const lines: string[] = [];
    writeFileSync(join(folder, "config.json"), "{}");
    const failure = await startVllm({
      modelDirectory: folder,
      python: printingPython("env >&2; echo vllm 0.32.0; exit 0"),
      onLine: (line) => lines.push(line),
    }).catch(messageOf);
    expect(failure).toMatch(PRINTED);
    keys.expectNoneIn({ failure: String(failure), lines: lines.join("\n") });
  });

  test("pip reaches an index by its password, which is not repeated", async () => {
    // Of a long environment only the last lines of what pip prints are kept.
    const python = join(folder, "python");
    writeFileSync(python, "#!/bin/sh\nenv\nenv | grep -E '^(PIP_|HTTPS_PROXY)'\nexit 1\n");
    chmodSync(python, 0o755);
    const progress: string[] = [];
    const said = await pipInstall({
      kind: TRAINER_ENVIRONMENT,
      python,
      requirements: "requirements.txt",
      extraIndex: undefined,
      onProgress: ({ doing }) => progress.push(doing),
      signal: new AbortController().signal,
    }).catch(messageOf);
    expect(said).toMatch(/PIP_INDEX_URL=https:\/\/\*\*\*@pypi\.example\.org\/simple/);
    const index = [keys.of("PIP_INDEX_URL"), keys.of("PIP query"), keys.of("HTTPS_PROXY")];
    for (const key of index) expect(`${String(said)} ${progress.join(" ")}`).not.toContain(key);
  });

  test("a tracker's client logs in by its key, which is not repeated, and gets no other", async () => {
    const client = { tracker: "wandb", python: printingPython(), folder } as const;
    const head = { project: "p", name: "n", config: {} };
    const failure = await logToTracker(client, head, [], () => undefined).catch(messageOf);
    expect(failure).toContain("wandb gave up");
    keys.expectNoneIn({ failure: String(failure) });
    // What its key was replaced by, shows that it had it.
    const python = join(folder, "python");
    writeFileSync(python, "#!/bin/sh\necho key $WANDB_API_KEY, other $OPENAI_API_KEY. >&2\nexit 1\n");
    await expect(logToTracker(client, head, [], () => undefined)).rejects.toThrow("key ***, other .");
  });
});
