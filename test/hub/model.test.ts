import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { fetchModel } from "../../src/hub/model/fetch-model.ts";
import { startFakeHub, type FakeHub } from "./fake-hub.ts";

const NAME = "someone/a-model";
const [FIRST, SECOND] = ["1".repeat(40), "2".repeat(40)];
const WEIGHTS = Buffer.alloc(400_000, "weights");

let hub: FakeHub;
let folder: string;
let cacheFolder: string;
let notes: string[];
beforeAll(async () => {
  hub = await startFakeHub();
  folder = mkdtempSync(join(tmpdir(), "rlvr-model-hub-"));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  cacheFolder = join(mkdtempSync(join(folder, "cache-")), "hub");
  notes = [];
  hub.fault = null;
  hub.attack = {};
  hub.asked.length = 0;
  const files = {
    "config.json": "{}",
    "tokenizer.json": '{"a":1}',
    "chat_template.jinja": "{{ messages }}",
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": "a pickle",
    "consolidated.safetensors": "the same weights once more",
    "modeling_own.py": "print('code')",
    "onnx/model.onnx": "a graph of another program",
    "README.md": "a card",
  };
  const entries = Object.entries(files).map(([path, text]): [string, Buffer] => [path, Buffer.from(text)]);
  hub.models.set(NAME, { commit: FIRST, files: new Map(entries) });
  vi.stubEnv("HF_TOKEN", "");
  vi.stubEnv("HF_HUB_OFFLINE", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const fetchIt = (settings: Parameters<typeof fetchModel>[1] = {}, id = NAME): Promise<string> =>
  fetchModel(id, { hubUrl: hub.url, cacheFolder, onNote: (note) => notes.push(note), ...settings });
const downloads = (): string[] => hub.asked.flatMap(({ url }) => url.split("/resolve/")[1]?.split("/")[1] ?? []);

describe("a model of the hub", () => {
  test("is laid out as huggingface_hub lays out its cache, without what nobody loads", async () => {
    const told: number[] = [];
    const snapshot = await fetchIt({ onProgress: (done, total) => told.push(done / total) });
    expect(snapshot).toBe(join(cacheFolder, "models--someone--a-model/snapshots", FIRST));
    expect(readdirSync(snapshot).sort()).toEqual([
      "chat_template.jinja",
      "config.json",
      "model.safetensors",
      "tokenizer.json",
    ]);
    expect(readFileSync(join(snapshot, "model.safetensors"))).toEqual(WEIGHTS);
    expect(readlinkSync(join(snapshot, "model.safetensors"))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(readFileSync(join(snapshot, "../../refs/main"), "utf8")).toBe(FIRST);
    expect(told.at(-1)).toBe(1);
    expect(statSync(cacheFolder).mode & 0o77).toBe(0);
  });

  test("is not fetched again, and of a new commit only what changed is", async () => {
    await fetchIt();
    hub.asked.length = 0;
    await fetchIt();
    expect(hub.asked.map(({ url }) => url)).toEqual([`/api/models/${NAME}/revision/main?blobs=true`]);
    const model = hub.models.get(NAME);
    model?.files.set("config.json", Buffer.from('{"new":true}'));
    hub.models.set(NAME, { commit: SECOND, files: model?.files ?? new Map() });
    const snapshot = await fetchIt();
    expect(downloads()).toEqual(["config.json"]);
    expect(readFileSync(join(snapshot, "config.json"), "utf8")).toBe('{"new":true}');
    expect(readFileSync(join(snapshot, "..", FIRST, "config.json"), "utf8")).toBe("{}");
  });

  test("goes on with a download that was cut off", async () => {
    hub.fault = "cut off";
    await expect(fetchIt()).rejects.toMatchObject({ code: "hub_failed", retryable: true });
    const blobs = join(cacheFolder, "models--someone--a-model/blobs");
    const part = readdirSync(blobs).find((name) => /^[0-9a-f]{64}\.rlvr-part$/.test(name)) ?? "";
    const before = statSync(join(blobs, part)).size;
    expect(before).toBeGreaterThan(0);
    hub.fault = null;
    const snapshot = await fetchIt();
    expect(readFileSync(join(snapshot, "model.safetensors"))).toEqual(WEIGHTS);
    expect(hub.asked.findLast(({ url }) => url.endsWith("/model.safetensors"))?.range).toBe(`bytes=${before}-`);
    expect(readdirSync(blobs).filter((name) => name.includes("rlvr"))).toEqual([]);
  });

  test("goes on where the hub sends everything again", async () => {
    hub.fault = "cut off";
    await expect(fetchIt()).rejects.toMatchObject({ code: "hub_failed" });
    hub.fault = null;
    hub.attack = {
      answer(request, response) {
        if (request.url?.endsWith("/model.safetensors") !== true) return false;
        response.end(WEIGHTS);
        return true;
      },
    };
    expect(readFileSync(join(await fetchIt(), "model.safetensors"))).toEqual(WEIGHTS);
  });

  test("is refused when its bytes are others than announced, and fetched whole the next time", async () => {
    hub.fault = "other bytes";
    await expect(fetchIt()).rejects.toMatchObject({ code: "hub_failed", message: expect.stringContaining("damaged") });
    hub.fault = null;
    expect(readFileSync(join(await fetchIt(), "model.safetensors"))).toEqual(WEIGHTS);
  });

  test("is what it was when the hub is away, of a commit without asking", async () => {
    const snapshot = await fetchIt();
    hub.fault = "busy";
    expect(await fetchIt()).toBe(snapshot);
    expect(notes).toEqual([expect.stringContaining("Used instead")]);
    hub.asked.length = 0;
    expect(await fetchIt({}, `${NAME}@${FIRST}`)).toBe(snapshot);
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    expect(await fetchIt()).toBe(snapshot);
    expect(hub.asked).toEqual([]);
  });

  test("says offline what to copy where", async () => {
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    await expect(fetchIt()).rejects.toMatchObject({
      code: "missing_file",
      advice: expect.stringMatching(/hf download someone\/a-model --local-dir .*policy\.model/),
    });
    expect(hub.asked).toEqual([]);
  });

  test("is not whole without one of its shards", async () => {
    const files = hub.models.get(NAME)?.files;
    files?.delete("model.safetensors");
    files?.set("model-00001-of-00002.safetensors", Buffer.from("first"));
    files?.set("model-00002-of-00002.safetensors", Buffer.from("second"));
    const map = { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" };
    files?.set("model.safetensors.index.json", Buffer.from(JSON.stringify({ weight_map: map })));
    const snapshot = await fetchIt();
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    expect(await fetchIt()).toBe(snapshot);
    rmSync(join(snapshot, "model-00002-of-00002.safetensors"));
    await expect(fetchIt()).rejects.toThrow("is not whole");
  });

  test("takes its code along only where that may run", async () => {
    expect(existsSync(join(await fetchIt(), "modeling_own.py"))).toBe(false);
    expect(existsSync(join(await fetchIt({ withCode: true }), "modeling_own.py"))).toBe(true);
  });

  test("brings the graphs of a policy in rlvr's layout", async () => {
    hub.models.get(NAME)?.files.set("graphs/step.onnx", Buffer.from("a graph"));
    const snapshot = await fetchIt();
    expect(readFileSync(join(snapshot, "graphs/step.onnx"), "utf8")).toBe("a graph");
    expect(readlinkSync(join(snapshot, "graphs/step.onnx"))).toMatch(/^(?:\.\.\/){3}blobs\/[0-9a-f]{40}$/);
  });

  test("is refused without safetensors", async () => {
    for (const path of ["model.safetensors", "consolidated.safetensors"]) hub.models.get(NAME)?.files.delete(path);
    await expect(fetchIt()).rejects.toThrow("no weights as safetensors");
  });

  test.each([
    ["a path", { rfilename: "../../../evil.json", size: 2, blobId: "0".repeat(40) }],
    ["a path out of the graphs", { rfilename: "graphs/../../evil.onnx", size: 2, blobId: "0".repeat(40) }],
    ["a hidden file", { rfilename: ".ssh.json", size: 2, blobId: "0".repeat(40) }],
  ])("is fetched without a file whose name is %s", async (_, sibling) => {
    hub.attack = { listing: (truth) => ({ ...truth, siblings: [...(truth["siblings"] as unknown[]), sibling] }) };
    expect(readdirSync(await fetchIt())).toHaveLength(4);
  });

  test.each([
    ["a content that is no hash", { sha: FIRST, siblings: [{ rfilename: "config.json", size: 2, blobId: "../../x" }] }],
    ["a commit that is a path", { sha: "../../../../tmp/x", siblings: [] }],
    ["no listing", "nonsense"],
  ])("is refused where the hub says %s", async (_, listing) => {
    hub.attack = { listing: () => listing };
    await expect(fetchIt()).rejects.toMatchObject({
      code: "hub_failed",
      message: expect.stringContaining("not valid"),
    });
  });

  test("is fetched once by several at the same time", async () => {
    const snapshots = await Promise.all([fetchIt(), fetchIt(), fetchIt()]);
    expect(new Set(snapshots).size).toBe(1);
    expect(readFileSync(join(snapshots[0] ?? "", "model.safetensors"))).toEqual(WEIGHTS);
    expect(lstatSync(join(snapshots[0] ?? "", "model.safetensors")).isSymbolicLink()).toBe(true);
  });
});
