#!/usr/bin/env node
import "./compile-cache.ts";
import "./quick-imports.ts";
import "./output.ts";

// Loaded only now, so that what it imports comes from the compile cache.
const { runCommandLine } = await import("./program.ts");
await runCommandLine(process.argv.slice(2));
