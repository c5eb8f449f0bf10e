import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { naturalDump } from "../resume/natural-dump.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr, type Ended } from "../support/rlvr-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { faultProxy, type Fault, type FaultProxy } from "./fault-proxy.ts";
import { startOpenServer } from "./policy-fixture.ts";

const MINUTES = 60_000;
let folder: string;
let undisturbed: Record<string, unknown[]>;

const dumpOf = (cwd: string): Record<string, unknown[]> => naturalDump(join(cwd, ".rlvr/rlvr.db"));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-faults-"));
  const cwd = join(folder, "undisturbed");
  const ended = await rlvr(["run", writeSmallRecipe(cwd), "--json"], cwd);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  undisturbed = dumpOf(cwd);
}, 2 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two policy servers of the tiny policy, each behind a proxy; they end with the test. */
async function twoReplicas(fault?: Fault, other = fault): Promise<[FaultProxy, FaultProxy]> {
  const replica = async (behaviour: Fault | undefined): Promise<FaultProxy> => {
    const server = await startOpenServer({ workers: 1 });
    onTestFinished(() => server.stop());
    const proxy = await faultProxy(server.url, behaviour);
    onTestFinished(() => proxy.die());
    return proxy;
  };
  return [await replica(fault), await replica(other)];
}

/** Runs the small recipe on replicas; `on` is called at each event once, by what it says. */
function runOn(
  replicas: readonly FaultProxy[],
  cwd: string,
  on: (said: string) => void,
  preload?: string,
): Promise<Ended> {
  const recipe = writeSmallRecipe(cwd, {
    policy: { model: packagePath("policies/tiny"), url: replicas.map(({ url }) => url) },
  });
  return startRlvr(["run", recipe, "--json"], { cwd, onLine: on, ...(preload !== undefined && { preload }) }).ended;
}

/** Events of a run of three steps. */
const THIRD_OF_FIRST_STEP = '"type":"group_finished","step":1,"done":2';
const SECOND_STEP = '"type":"step_started","step":2';
const THIRD_OF_SECOND_STEP = '"type":"group_finished","step":2,"done":2';

test(
  "a replica that dies at a third of a step and is back at the next: the run is as without it",
  async () => {
    const replicas = await twoReplicas();
    let before = 0;
    const ended = await runOn(replicas, join(folder, "dies"), (said) => {
      if (said.includes(THIRD_OF_FIRST_STEP)) void replicas[0].die();
      if (!said.includes(SECOND_STEP)) return;
      before = replicas[0].completions();
      void replicas[0].revive();
    });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(dumpOf(join(folder, "dies"))).toEqual(undisturbed);
    expect(before).toBeGreaterThan(0);
    expect(replicas[0].completions()).toBeGreaterThan(before);
  },
  2 * MINUTES,
);

test(
  "replicas of which every seventh answer is broken, each in another way: the run is as without it",
  async () => {
    const faults: ((response: Parameters<Fault>[1], answer: string) => void)[] = [
      (response) => response.socket?.resetAndDestroy(),
      (response, answer) => response.write(answer.slice(0, 50), () => response.socket?.resetAndDestroy()),
      (response) => response.writeHead(500).end('{"error":{"message":"out of memory"}}'),
      (response) => response.writeHead(429, { "retry-after": "0" }).end(),
      (response, answer) => response.end(answer.slice(0, -20)),
      (response, answer) => response.end(answer.replace(/"finish_reason":"\w+"/, '"finish_reason":"abort"')),
    ];
    let broken = 0;
    const replicas = await twoReplicas((number, response, answer) => {
      if (number % 7 !== 0) return false;
      faults[broken++ % faults.length]?.(response, answer);
      return true;
    });
    const ended = await runOn(replicas, join(folder, "broken"), () => undefined);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(dumpOf(join(folder, "broken"))).toEqual(undisturbed);
    expect(broken).toBeGreaterThan(2 * faults.length);
  },
  2 * MINUTES,
);

test(
  "draws what one replica rejects or answers without probabilities on the other: the run is as without it",
  async () => {
    const faults: ((response: Parameters<Fault>[1], answer: string) => void)[] = [
      (response, answer) => response.end(answer.replace(/"token_logprobs":\[-?[\d.e-]+/, '"token_logprobs":[-9999')),
      (response, answer) => response.end(answer.replace(/"token_logprobs":\[-?[\d.e-]+/, '"token_logprobs":[null')),
      (response) => response.writeHead(400).end('{"error":{"message":"bad token"}}'),
    ];
    let broken = 0;
    const replicas = await twoReplicas(
      (number, response, answer) => {
        // The run first asks what the server offers.
        if (number <= 10) return false;
        faults[broken++ % faults.length]?.(response, answer);
        return true;
      },
      () => false,
    );
    const cwd = join(folder, "unusable");
    const ended = await runOn(replicas, cwd, () => undefined);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(dumpOf(cwd)).toEqual(undisturbed);
    expect(broken).toBeGreaterThan(2 * faults.length);
  },
  2 * MINUTES,
);

test(
  "every replica dead for some seconds in the middle of a step: the run waits, and is as without it",
  async () => {
    const replicas = await twoReplicas();
    let outage: Promise<unknown> | undefined;
    const ended = await runOn(replicas, join(folder, "outage"), (said) => {
      if (!said.includes(THIRD_OF_SECOND_STEP)) return;
      outage = Promise.all(replicas.map((replica) => replica.die()))
        .then(() => sleep(3000))
        .then(() => Promise.all(replicas.map((replica) => replica.revive())));
    });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(outage).toBeDefined();
    expect(dumpOf(join(folder, "outage"))).toEqual(undisturbed);
  },
  2 * MINUTES,
);

test(
  "every replica dead for longer than the patience: one message that names each, and resume goes on to the same end",
  async () => {
    const replicas = await twoReplicas();
    const cwd = join(folder, "dead");
    let deaths: Promise<unknown> = Promise.resolve();
    const onEvent = (said: string): void => {
      if (said.includes(THIRD_OF_SECOND_STEP)) deaths = Promise.all(replicas.map((replica) => replica.die()));
    };
    const ended = await runOn(replicas, cwd, onEvent, packagePath("test/policy/fixtures/impatient.ts"));
    expect(ended.code).toBe(1);
    const [one, other] = replicas.map(({ url }) => url);
    expect(ended.stderr).toMatch(
      new RegExp(`no policy server has answered for \\d+ s: ${one}: .*ECONNREFUSED.*; ${other}: .*ECONNREFUSED`),
    );
    expect(ended.stderr.match(/no policy server/g)).toHaveLength(1);
    expect(ended.stderr).toContain("rlvr resume");
    await deaths;
    await Promise.all(replicas.map((replica) => replica.revive()));
    expect(await rlvr(["resume", "--json"], cwd)).toMatchObject({ code: 0, stderr: "" });
    expect(dumpOf(cwd)).toEqual(undisturbed);
  },
  2 * MINUTES,
);
