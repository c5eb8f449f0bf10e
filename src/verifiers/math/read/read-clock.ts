const TEXT = /\\(?:text|textrm|mathrm)\s?\{([^{}]*)\}/g;
const LOOKS = /\\[ ,;:!]|[\s~${}]/g;
const TIME = /^(?<time>(?:[01]?\d|2[0-4]):[0-5]\d)(?:(?<half>[ap])\.?m\.?)?$/i;
const DATE = /^(?<date>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$/;

/** A time of day or an ISO date: text that says the same only digit by digit, though it could be read as a ratio. */
export interface Clock {
  readonly text: string;
  /** Whether it is a time before or after noon, where that is said. */
  readonly half: string | null;
}

/** Reads a time such as `10:30 a.m.` or a date such as `2023-01-05`; null when an answer is neither. */
export function readClock(written: string): Clock | null {
  const plain = written.replaceAll(TEXT, "$1").replaceAll(LOOKS, "");
  const { time, half, date } = (TIME.exec(plain) ?? DATE.exec(plain))?.groups ?? {};
  const text = date ?? time?.replace(/^0(?=\d:)/, "");
  return text === undefined ? null : { text, half: half?.toLowerCase() ?? null };
}

/** Whether two are the same; one that does not say whether it is before noon could be either. */
export function areClocksEqual(first: Clock, second: Clock): boolean {
  return first.text === second.text && (first.half === second.half || first.half === null || second.half === null);
}
