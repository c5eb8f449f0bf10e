/** To be preloaded (`node --import`) by a process that tests verifiers: what they import is then found. */
import { setModuleHooks } from "./module-hooks.ts";

setModuleHooks();
