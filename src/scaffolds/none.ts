import { z } from "zod";
import { leave, type Scaffold } from "./scaffold.ts";

const optionsSchema = z.strictObject({});

/** No hints: a group stays as it was sampled. */
export const none: Scaffold<z.output<typeof optionsSchema>> = {
  name: "none",
  options: optionsSchema,
  decide: () => leave("none"),
  tiers: () => [],
  looksBack: () => false,
  changesPrompts: () => false,
};
