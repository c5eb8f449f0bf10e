/** A program that a run works with. */
export interface Software {
  readonly part: "orchestrator" | "policy server" | "trainer";
  /** Such as `rlvr`, `vllm` or `torch`. */
  readonly name: string;
  /** Its version and those of the libraries that it computes with, by name. */
  readonly versions: Readonly<Record<string, string>>;
}
