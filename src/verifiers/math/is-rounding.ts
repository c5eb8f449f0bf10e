import { evaluateNumeric, type Point } from "./evaluate/evaluate-numeric.ts";
import type { Answer } from "./read-answer.ts";

const NOWHERE: Point = new Map();
/** More decimal places are not told apart by doubles. */
const MAX_PLACES = 15;

/** Whether one answer is the other rounded, or cut, at its last decimal place: 1.41 of √2, 0.66 and 0.67 of 2/3. */
export function isRounding({ expression: exact }: Answer, { expression: rounded, written }: Answer): boolean {
  const [value, decimal] = [exact, rounded].map((each) => each && evaluateNumeric(each, NOWHERE));
  if (!value || !decimal || value.value.im !== 0 || decimal.value.im !== 0) return false;
  const places = /\.(\d+)/.exec(written)?.[1]?.length ?? 0;
  const unit = 10 ** -Math.min(places, MAX_PLACES);
  const [size, shown] = [Math.abs(value.value.re), Math.abs(decimal.value.re)];
  const isSameSign = value.value.re * decimal.value.re >= 0;
  return isSameSign && size - shown < unit && shown - size <= (unit / 2) * (1 + 1e-9);
}
