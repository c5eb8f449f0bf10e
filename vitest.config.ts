import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Real processes and native sessions run in these tests: forks keep one crash from taking the others down.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A page draws its charts when the machine gets to it.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "bench/**/*.test.ts", "web/src/**/*.test.ts"],
          // Pure for the most part: a process for each of so many files would take longer than they do.
          isolate: false,
        },
      },
      { extends: true, test: { name: "whole", include: ["test/**/*.test.ts"], exclude: ["test/real/**"] } },
    ],
  },
});
