import { z } from "zod";

/** Options of every verifier in Python. */
export const bridgeOptions = z.strictObject({
  pass_at: z.number().default(1).describe("Lowest score that passes."),
  interpreter: z
    .string()
    .min(1)
    .default("python3")
    .describe("Python 3.9 or newer: a name found on PATH, or a path, which starts at the folder of the Python file."),
  python_memory_mb: z
    .int()
    .min(64)
    .default(4096)
    .describe("Most memory of the Python process of a worker in MiB. Only on Linux; a GPU's does not count."),
});
