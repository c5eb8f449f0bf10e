import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectServer } from "../../src/policy/server-connection.ts";
import { syncOfOffers } from "../../src/run/services/policy-service.ts";

interface Sleeper {
  readonly url: string;
  /** Files that it read weights from; undefined: what it holds is no model. */
  weights: string | undefined;
  version: string;
  readonly asleep: Set<string>;
  isPaused: boolean;
}

/** A server that sleeps as vLLM does: its version of the weights outlives the weights. */
async function sleepingServer(): Promise<Sleeper> {
  const choice = { token_ids: [5], logprobs: { token_logprobs: [0] } };
  const routes: Record<string, (query: URLSearchParams, body: Record<string, unknown>) => object | number> = {
    "/v1/models": () => ({ data: [{ id: "policy", root: "/base", max_model_len: 64 }] }),
    "/is_sleeping": () => ({ is_sleeping: sleeper.asleep.size > 0 }),
    "/is_paused": () => ({ is_paused: sleeper.isPaused || sleeper.asleep.size > 0 }),
    "/collective_rpc": (_, body) => {
      if (body["kwargs"] === undefined) return 405;
      if (sleeper.asleep.has("weights")) return 500;
      sleeper.weights = (body["kwargs"] as { weights_path: string }).weights_path;
      return {};
    },
    "/pause": () => {
      sleeper.isPaused = true;
      return {};
    },
    "/resume": () => {
      sleeper.isPaused = false;
      return {};
    },
    "/reset_prefix_cache": () => ({ success: true }),
    "/weight_info": () => ({ weight_version: sleeper.version }),
    "/update_weight_version": (_, body) => {
      sleeper.version = String(body["new_version"]);
      return {};
    },
    "/server_info": () => ({ vllm_config: { model_config: { enable_sleep_mode: true } } }),
    "/sleep": (query) => {
      for (const tag of ["weights", "kv_cache"]) sleeper.asleep.add(tag);
      if (query.get("level") === "2") sleeper.weights = undefined;
      return {};
    },
    "/wake_up": (query) => {
      for (const tag of query.getAll("tags")) sleeper.asleep.delete(tag);
      if (!query.has("tags")) sleeper.asleep.clear();
      return {};
    },
    "/v1/completions": (_, { n, logprobs, prompt_logprobs: prompt }) => {
      if (logprobs === 21 || prompt !== undefined) return 400;
      if (sleeper.isPaused || sleeper.asleep.size > 0 || sleeper.weights === undefined) return 500;
      return { choices: Array.from({ length: Number(n) }, (__, index) => ({ index, ...choice })) };
    },
  };
  const server = createServer((request, response) => {
    void (async () => {
      let text = "";
      for await (const part of request) text += String(part);
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      const answer =
        routes[pathname]?.(searchParams, text === "" ? {} : (JSON.parse(text) as Record<string, unknown>)) ?? 404;
      if (typeof answer === "number") response.writeHead(answer).end("{}");
      else response.end(JSON.stringify(answer));
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sleeper: Sleeper = { url, weights: "/base", version: "default", asleep: new Set(), isPaused: false };
  return sleeper;
}

/** What a process of the run does first with its server. */
async function chosenSync({ url }: Sleeper, wanted: "sleep" | "reload" = "sleep") {
  const server = connectServer({ url });
  onTestFinished(() => server.close());
  const { signal } = new AbortController();
  const choose = syncOfOffers({ wanted, exportFormat: "weights", namespace: "/runs/1" });
  return { server, signal, sync: await choose(server, undefined, signal) };
}

test("a run whose server was left asleep wakes it, and has the weights read that sleep threw away", async () => {
  const sleeper = await sleepingServer();
  const base = { policyVersion: 0, directory: undefined };
  const newest = { policyVersion: 3, directory: "/exports/3" };
  const first = await chosenSync(sleeper);
  await first.sync.load(first.server, newest, first.signal);
  await first.sync.suspend?.(first.server, first.signal);
  expect(sleeper.weights).toBeUndefined();
  // The process is killed here, and its run resumed.
  const second = await chosenSync(sleeper);
  expect(sleeper).toMatchObject({ weights: "/base", asleep: new Set() });
  await second.sync.load(second.server, newest, second.signal);
  expect(sleeper.weights).toBe("/exports/3");
  await second.sync.load(second.server, base, second.signal);
  await second.sync.suspend?.(second.server, second.signal);
  // Somebody wakes it by hand, as vLLM's name for its weights invites to.
  sleeper.asleep.clear();
  await second.sync.load(second.server, base, second.signal);
  expect(sleeper.weights).toBe("/base");
});

test("a run that was killed while its server loaded weights lets that go on, and has them read anew", async () => {
  const sleeper = await sleepingServer();
  const newest = { policyVersion: 3, directory: "/exports/3" };
  const first = await chosenSync(sleeper, "reload");
  await first.sync.load(first.server, newest, first.signal);
  // As it is left by a kill in the middle of the next load.
  sleeper.version = sleeper.version.replace(/v3$/, "loading");
  Object.assign(sleeper, { isPaused: true, weights: "half" });
  const second = await chosenSync(sleeper, "reload");
  await second.sync.load(second.server, newest, second.signal);
  expect(sleeper).toMatchObject({ weights: "/exports/3", isPaused: false });
});
