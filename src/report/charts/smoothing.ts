import type { ChartSeries } from "./series.ts";

/**
 * A series as an exponential moving average, without the pull towards 0 at its beginning (the correction of Adam's moments,
 * arXiv 1412.6980). Points without a value stay so.
 * @param weight of what came before, from 0 (as it is) to below 1.
 */
export function smoothed(series: ChartSeries, weight: number): ChartSeries {
  if (weight === 0) return series;
  let [sum, known] = [0, 0];
  const mean = series.mean.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    known = weight * known + (1 - weight);
    return sum / known;
  });
  return { name: series.name, steps: series.steps, mean };
}
