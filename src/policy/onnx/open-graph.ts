import { HuggingFaceGraph } from "./hugging-face-graph.ts";
import type { Device } from "./open-session.ts";
import type { PolicyGraph } from "./policy-graph.ts";
import type { PolicyModel } from "./policy-model.ts";
import { StepGraph } from "./step-graph.ts";

/** Opens the graph of a model of either layout. Throws what opening it throws. */
export function openGraph(model: PolicyModel, device: Device, threads: number): Promise<PolicyGraph> {
  return model.layout === "rlvr"
    ? StepGraph.open(model, device, threads)
    : HuggingFaceGraph.open(model, device, threads);
}
