/** Whether no value is NaN or infinite. One sum, no call for each value: 0 times anything finite is 0. */
export function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += 0 * (values[index] as number);
  return sum === 0;
}
