import { join } from "node:path";
import { z } from "zod";
import type { Suite } from "../../config/suite-schema.ts";
import { RlvrError } from "../../core/errors.ts";
import { readJsonFile } from "../../core/files/read-json.ts";
import { readRunVersion } from "../../core/run-version.ts";
import { openSuite, heldOutSuiteOf, type OpenSuite } from "../../run/evaluation/open-suite.ts";
import { openVersion } from "../../run/versions/open-version.ts";
import { namedPolicy, type SuitePolicy } from "../../run/evaluation/suite-policy.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import { MAX_MANIFEST } from "../../trainer/protocol/json.ts";
import { keyNamed, serverRootOf } from "../server-options.ts";
import { tellNote } from "../tell-note.ts";
import { userPath } from "../user-path.ts";

/** What to evaluate, as a person says it. */
export interface PolicyOptions {
  /** RUN, RUN:STEP or RUN:best. */
  readonly run?: string | undefined;
  readonly checkpoint?: string | undefined;
  readonly policy?: string | undefined;
  /** Name of the environment variable with the key of the server at `policy`. */
  readonly apiKeyEnv?: string | undefined;
  readonly db: string;
}

/** What to evaluate on what. */
export interface ChosenEvaluation {
  readonly suite: OpenSuite;
  readonly policy: SuitePolicy;
  /** What the policy is called in reports. */
  readonly name: string;
}

/**
 * Finds the policy that the options name, and the suite: the one that is given, or of a run its own held-out set.
 * @param suite gives the suite that was named; undefined when none was.
 * @param usual gives the suite for everything but a run.
 * @throws RlvrError of bad usage when there is no such thing.
 */
export async function chooseEvaluation(
  options: PolicyOptions,
  suite: Suite | undefined,
  usual: () => Suite,
): Promise<ChosenEvaluation> {
  if (options.run !== undefined) return ofRun(options, suite);
  const named = suite ?? usual();
  const opened = await openSuite(named, tellNote);
  if (options.policy !== undefined) {
    const url = serverRootOf(options.policy, "--policy");
    const apiKey = keyNamed(options.apiKeyEnv);
    return { suite: opened, policy: { kind: "server", url, apiKey }, name: url };
  }
  const model = namedPolicy(named);
  if (options.checkpoint === undefined) {
    const weights = { policyVersion: 0, directory: undefined };
    return { suite: opened, policy: { kind: "weights", model, weights }, name: "the suite's policy" };
  }
  const directory = userPath(options.checkpoint);
  const weights = { policyVersion: versionIn(directory), directory };
  return { suite: opened, policy: { kind: "weights", model, weights }, name: options.checkpoint };
}

async function ofRun(options: PolicyOptions, suite: Suite | undefined): Promise<ChosenEvaluation> {
  const databasePath = userPath(options.db);
  const db = openCurrentDatabaseReadOnly(databasePath);
  try {
    const version = openVersion(db, databasePath, readRunVersion(options.run ?? ""));
    const { run, recipe, name } = version;
    return {
      suite: suite === undefined ? heldOutSuiteOf(db, run, recipe) : await openSuite(suite, tellNote),
      policy: { kind: "run", version },
      name,
    };
  } finally {
    db.$client.close();
  }
}

function versionIn(directory: string): number {
  const path = join(directory, "manifest.json");
  const refuse = (why: string, cause?: unknown): RlvrError =>
    new RlvrError("bad_checkpoint", `${path} is no manifest of a checkpoint or export: it ${why}`, {
      advice: "Name a directory that a trainer wrote.",
      cause,
    });
  const manifest = readJsonFile(path, z.object({ policy_version: z.int() }), MAX_MANIFEST, refuse);
  if (manifest === undefined) {
    throw new RlvrError("bad_checkpoint", `${directory} is no checkpoint or export: it has no manifest.json`, {
      advice: "Name a directory such as .rlvr/rlvr-runs/1/trainer/epoch-1/checkpoints/000200.",
    });
  }
  return manifest.policy_version;
}
