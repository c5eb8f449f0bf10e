import { verifierSchema, type VerifierConfig } from "../../config/verifier-schema.ts";
import { isRlvrError, RlvrError } from "../../core/errors.ts";
import { sha256 } from "../../core/files/files.ts";
import type { VerdictPart } from "../../verifiers/combine-verdicts.ts";
import { createVerifierPool, type VerifierPool } from "../../verifiers/pool/pool.ts";
import type { VerifierDescription } from "../../verifiers/pool/worker-protocol.ts";
import { readInputs, type VerifierInputFile } from "./verifier-inputs.ts";

/** A verifier of a recipe, loaded once and found good. */
export interface ConfiguredVerifier extends VerdictPart, VerifierDescription {
  /** What its verdicts are stored under. */
  readonly label: string;
  readonly reference: string;
  readonly options: unknown;
  readonly env: readonly string[];
  readonly deadlineMs: number;
  readonly memoryMb: number;
  readonly inputs: readonly VerifierInputFile[];
}

/**
 * The verifiers that a recipe or a suite names, in its order. What a user wrote is loaded in a worker of the pool.
 * @throws RlvrError `unknown_name`, `missing_file` or `bad_recipe` when a name or an option is wrong, `bad_usage` when
 * a variable that one asks for is not set, `verifier_failed` when a module does not load.
 */
export async function configureVerifiers(
  configs: readonly VerifierConfig[],
  pool: VerifierPool,
): Promise<ConfiguredVerifier[]> {
  const configured: ConfiguredVerifier[] = [];
  for (const config of configs) {
    const { name: reference, python: _, as, weight, gate, required, deadline_ms, memory_mb, ...rest } = config;
    const { version, inputs: paths = [], env, ...options } = rest;
    if (reference === undefined) throw new Error("a recipe is read with its verifiers resolved: read-recipe.ts");
    const description = await pool.describe({ verifier: reference, options, env }).catch((error: unknown) => {
      throw isRlvrError(error) && error.code === "bad_recipe" ? withOwnKeys(error) : error;
    });
    const label = as ?? description.name;
    if (configured.some((other) => other.label === label)) {
      throw new RlvrError("bad_recipe", `two verifiers are called "${label}"`, {
        advice: "Give one of them another name: `as: NAME`. Verdicts are stored under it.",
      });
    }
    const inputs = readInputs(label, paths);
    configured.push({
      ...description,
      ...(version !== undefined && { version: String(version) }),
      sourceSha256: sourceWith(description.sourceSha256, inputs),
      inputs,
      label,
      reference,
      options,
      env,
      weight: weight ?? (gate ? 0 : 1),
      isGate: gate,
      isRequired: required || gate,
      deadlineMs: deadline_ms,
      memoryMb: memory_mb,
    });
  }
  return configured;
}

/** The hash of a verifier's source and of the files that it names. */
function sourceWith(source: string, inputs: readonly VerifierInputFile[]): string {
  return inputs.length === 0 ? source : sha256([source, ...inputs.map((input) => input.sha256)].join("\n"));
}

/** What could also have been meant by a key that the verifier does not know. */
function withOwnKeys(error: RlvrError): RlvrError {
  const keys = Object.keys(verifierSchema.shape).join(", ");
  return new RlvrError(error.code, error.message, {
    advice: `${error.advice} Beside them stand what every verifier of a recipe takes: ${keys}.`,
    cause: error,
  });
}

/** The verifiers that a recipe or a suite names, to be looked at. Throws like {@link configureVerifiers}. */
export async function checkVerifiers(configs: readonly VerifierConfig[]): Promise<ConfiguredVerifier[]> {
  const pool = createVerifierPool({ workers: 1 });
  try {
    return await configureVerifiers(configs, pool);
  } finally {
    await pool.close();
  }
}
