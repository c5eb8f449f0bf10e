/** The second public entry, `rlvr/testing`: what tests of verifiers and generators import. */
export { contractTests, type ContractTest } from "./verifiers/testing/contract-tests.ts";
export type { Contract, Sample } from "./verifiers/testing/judge-samples.ts";
export { generatorTests, type GeneratorContract } from "./verifiers/testing/generator-tests.ts";
