/** A run of a study: the command line as it is, in a process that ends when the study's does. Started by fork. */
import { exitWithParent } from "../core/process/exit-with-parent.ts";

exitWithParent();
await import("./main.ts");
// Listening for the parent's end would keep the process waiting for it.
process.channel?.unref();
