/** The second public entry, `rlvr/testing`: what tests of a verifier import. */
export { contractTests, type ContractTest } from "./verifiers/testing/contract-tests.ts";
export type { Contract, Sample } from "./verifiers/testing/judge-samples.ts";
