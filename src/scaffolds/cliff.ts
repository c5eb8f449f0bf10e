import type { ScaffoldGroup, ScaffoldOutcome } from "./scaffold.ts";

/**
 * Why a group is not at a learning cliff, or undefined when it is: at least `minOk` rollouts under the plain prompt have
 * a verdict and none passed. Only `passed` counts, never a shaped reward.
 */
export function notACliff({ passed }: ScaffoldGroup, minOk: number): ScaffoldOutcome | undefined {
  if (passed.includes(true)) return "passed";
  return passed.filter((each) => each !== null).length < minOk ? "unjudged" : undefined;
}
