import { z } from "zod";

/** What of a completion is thinking: found by the markers that models use, by a person's own, or nothing. */
export const thinkingSchema = z.union([
  z.enum(["auto", "none"]),
  z.strictObject({
    open: z.string().min(1).describe("The text that thinking begins with, such as <reasoning>."),
    close: z.string().min(1).describe("The text that it ends with, such as </reasoning>."),
  }),
]);

/** A checked setting of {@link thinkingSchema}. */
export type ThinkingSetting = z.output<typeof thinkingSchema>;
