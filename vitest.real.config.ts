import { defineConfig } from "vitest/config";
import { PARTS } from "./test/support/test-parts.ts";

/** The tests that take a real language model, vLLM and PyTorch: `pnpm test:real`. They install what they need. */
export default defineConfig({
  test: {
    include: ["test/real/**/*.test.ts"],
    globalSetup: "test/real/install-parts.ts",
    // By this a run finds the environments that were installed, as it would those of its user.
    env: { XDG_DATA_HOME: PARTS },
    pool: "forks",
    // Each of them wants the whole machine.
    maxWorkers: 1,
    // Many times what they take, for machines that have other things to do.
    testTimeout: 60 * 60_000,
    hookTimeout: 60 * 60_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
