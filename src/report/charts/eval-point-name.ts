/** The name of what an evaluation's accuracy is of in a chart: an arm, all arms of a source, or all arms there are. */
export function evalPointName({
  arm,
  source,
}: {
  readonly arm: string | null;
  /** The source of the arm or arms; null where it is of all, and where the recipe has no sources. */
  readonly source: string | null;
}): string {
  return arm ?? (source === null ? OVERALL : `all of ${source}`);
}

/** The name of what is over all arms. */
export const OVERALL = "all arms";
