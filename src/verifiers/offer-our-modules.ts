/** To be preloaded (`node --import`) by a process that tests verifiers: what they import is then found. */
import { offerOurModules } from "./module-hooks.ts";

offerOurModules();
