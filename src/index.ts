/** The public entry: what a program or a verifier module imports from `rlvr`. */
export { RlvrError, isRlvrError, type ErrorCode } from "./core/errors.ts";
export {
  defineVerifier,
  type GroupResult,
  type Verifier,
  type VerifierInput,
  type VerifierResult,
} from "./verifiers/define-verifier.ts";
export {
  defineGenerator,
  type GeneratedProblem,
  type Generator,
  type GeneratorInput,
} from "./verifiers/generators/define-generator.ts";
export type { Problem } from "./problems/problem.ts";
export type { Recipe } from "./config/recipe-schema.ts";
export type { RunEvent } from "./run/events.ts";
