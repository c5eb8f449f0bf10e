import { z } from "zod";

/** A generator of a source: a name, or one with options. */
export const generatorSchema = z
  .union([
    z.string().min(1),
    z.looseObject({
      name: z
        .string()
        .min(1)
        .describe("The path of a module, or a package. The other keys here are the generator's options."),
      deadline_ms: z.int().positive().default(10_000).describe("Run time of a problem after which the run ends."),
      memory_mb: z.int().min(128).default(1024).describe("MiB of memory at which its process is killed."),
    }),
  ])
  .transform((entry) => (typeof entry === "string" ? { name: entry, deadline_ms: 10_000, memory_mb: 1024 } : entry));

/** A generator of a source, checked. */
export type GeneratorConfig = z.output<typeof generatorSchema>;
