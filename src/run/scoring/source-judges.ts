import type { RecipeSource } from "../../config/recipe-sources.ts";
import { createVerifierPool, type VerifierPool } from "../../verifiers/pool/pool.ts";
import type { ConfiguredVerifier } from "./configure-verifiers.ts";
import { createJudge, type FindKept, type Judge } from "./judge.ts";

/** A verifier with the source whose problems it judges; null where the recipe has no sources. */
export type SourceVerifier = ConfiguredVerifier & { readonly source: string | null };

/** The judges of a run: each source's problems are judged by its own verifiers only. */
export interface SourceJudges {
  /** The judge of a source. */
  of(source: string | null): Judge;
  /** The verifiers of all sources, in their order. */
  readonly verifiers: readonly SourceVerifier[];
  /** What they are called in: generators are asked there, too. */
  readonly pool: VerifierPool;
  close(): Promise<void>;
}

/**
 * A judge for each source, all in the same worker processes.
 * @param findKept where verdicts of earlier times are looked for.
 * @param pool what their verifiers are called in; it ends with the judges. Default: worker processes.
 * @throws like {@link createJudge}.
 */
export async function createJudges(
  sources: readonly Pick<RecipeSource, "name" | "verifiers">[],
  findKept: FindKept,
  pool: VerifierPool = createVerifierPool(),
): Promise<SourceJudges> {
  const judges = new Map<string | null, Judge>();
  for (const { name, verifiers } of sources) judges.set(name, await createJudge(verifiers, findKept, pool));
  return {
    of(source) {
      const judge = judges.get(source);
      if (judge === undefined) throw new Error(`no verifiers judge the source ${source}`);
      return judge;
    },
    verifiers: [...judges].flatMap(([source, { verifiers }]) => verifiers.map((each) => ({ ...each, source }))),
    pool,
    close: () => pool.close(),
  };
}
