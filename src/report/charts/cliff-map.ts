import type { EChartsOption } from "echarts";
import { chartBase, type OptionPart } from "./axes.ts";
import { categoryAxis, cellValues, colourScale, nameAxis, textTooltip } from "./heat-map.ts";
import { plainLabel } from "./plain-label.ts";
import { percent } from "./short-number.ts";
import type { ChartTheme } from "./theme.ts";

/** A visit to a problem: a group of it. */
export interface CliffMapVisit {
  readonly step: number;
  readonly groupId: number;
  /** Of the policy's own rollouts. */
  readonly passRate: number | null;
  readonly hint: { readonly tier: string; readonly level: number; readonly isRescue: boolean } | null;
}

/** A problem and its visits, in order of steps. */
export interface CliffMapRow {
  readonly problem: string;
  readonly arm: string;
  readonly visits: readonly CliffMapVisit[];
  readonly graduatedAt: number | null;
}

/** What a cliff map is drawn from. */
export interface CliffMap {
  readonly theme: ChartTheme;
  readonly rows: readonly CliffMapRow[];
  /** Whether a column is a step or a count of visits. */
  readonly columns: "steps" | "visits";
  /** Whether cells are wide enough for a hint's tier and level beside its mark; default false. */
  readonly hasHintNames?: boolean;
  /** Width of the column of problems, in pixels; 0 where the page around it names them. Default: 220. */
  readonly nameWidth?: number;
  /** Columns that there are at least, where the map fills a given width: two visits should not fill all of it. Default: 8. */
  readonly leastColumns?: number;
}

/** Height of a row and of what is above the first, in pixels. */
export const CLIFF_ROW_HEIGHT = 20;
export const CLIFF_TOP = 36;
const BOTTOM = 24;
const [LEFT, RIGHT] = [8, 10];

/** Height of a map of so many rows, in pixels. */
export function cliffMapHeight(rows: number): number {
  return CLIFF_TOP + rows * CLIFF_ROW_HEIGHT + BOTTOM;
}

/** Width of a cell, in pixels: wide enough to be hit, at most a little wider than high, or as wide as a hint's name beside its mark. */
const [LEAST_CELL, MOST_CELL, NAMED_CELL] = [14, 30, 130];
/** Room for the scale of colours. */
const LEAST_WIDTH = 200;
/** Width that no map goes beyond, for the canvas's sake: of thousands of steps, columns are narrower. */
const MOST_WIDTH = 12_000;

/** Between which widths a map without names fits its visits, in pixels. */
export function cliffMapWidth(map: CliffMap): { readonly least: number; readonly most: number } {
  const columns = columnNames(map).length;
  const width = (cell: number): number => Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, LEFT + columns * cell + RIGHT));
  return { least: width(LEAST_CELL), most: width(map.hasHintNames === true ? NAMED_CELL : MOST_CELL) };
}

/**
 * Problems x visits, coloured by pass rate: a filled triangle where a hint rescued the group, a hollow one where hints were tried
 * in vain, a star at the first visit that passed without a hint after one was needed. A cell's fourth number is its group.
 */
export function cliffMap(map: CliffMap): EChartsOption {
  const { theme, rows, nameWidth = 220, hasHintNames = false } = map;
  const columns = columnNames(map);
  const columnOf = new Map(columns.map((name, index) => [name, index]));
  const cells = rows.flatMap(({ visits }, row) =>
    visits.map((visit, place) => ({
      visit,
      at: [columnOf.get(map.columns === "steps" ? visit.step : place + 1) ?? 0, row],
      isGraduation: rows[row]?.graduatedAt === visit.step,
    })),
  );
  const marks = (name: string, symbol: string, hollow: boolean, chosen: typeof cells): object => ({
    type: "scatter",
    name,
    symbol,
    symbolSize: symbol === STAR ? 12 : 9,
    silent: true,
    symbolOffset: hasHintNames && symbol !== STAR ? [HINT_OFFSET, 0] : [0, 0],
    label: {
      show: hasHintNames && symbol !== STAR,
      position: "right",
      formatter: "{b}",
      fontSize: 10.5,
      color: theme.onFailing,
    },
    itemStyle: {
      color: hollow ? "transparent" : theme.mark,
      borderColor: hollow ? theme.mark : theme.markEdge,
      borderWidth: hollow ? 1.6 : 1,
      opacity: 1,
    },
    data: chosen.map(({ at, visit }) => ({
      value: [...at, visit.groupId],
      name: visit.hint === null ? "" : `${plainLabel(visit.hint.tier, 16)} ${visit.hint.level}`,
    })),
    z: 5,
  });
  return {
    ...chartBase(theme),
    grid: { left: nameWidth + LEFT, right: RIGHT, top: CLIFF_TOP, bottom: BOTTOM },
    tooltip: {
      ...textTooltip(theme),
      formatter: (params) => cellText(rows, cellValues(params)),
    },
    xAxis: categoryAxis(theme, columns),
    yAxis: nameAxis(
      theme,
      nameWidth,
      rows.map(({ problem, arm }) => `${plainLabel(problem, 40)}  ${plainLabel(arm, 16)}`),
    ),
    visualMap: {
      ...colourScale(theme, "diverging", { min: 0, max: 1 }),
      // Where many columns scroll, its right end is out of sight.
      ...(nameWidth === 0 && { left: LEFT, right: "auto" }),
    },
    series: [
      {
        type: "heatmap",
        name: "pass rate",
        progressive: 0,
        itemStyle: { borderColor: theme.surface, borderWidth: 1 },
        emphasis: { itemStyle: { borderColor: theme.text, borderWidth: 1.5 } },
        data: cells.map(({ at, visit }) => [at[0] ?? 0, at[1] ?? 0, visit.passRate ?? "-", visit.groupId]),
      },
      marks(
        "rescued by a hint",
        "triangle",
        false,
        cells.filter(({ visit }) => visit.hint?.isRescue === true),
      ),
      marks(
        "hint tried",
        "triangle",
        true,
        cells.filter(({ visit }) => visit.hint?.isRescue === false),
      ),
      marks(
        "graduated",
        STAR,
        false,
        cells.filter(({ isGraduation }) => isGraduation),
      ),
    ] as OptionPart<"series">,
  };
}

/** Up to so many columns of visits leave room for the names of hints on a wide screen. */
export const FEW_VISITS = 8;
/** A mark with its name stands so far left of a cell's middle, in pixels. */
const HINT_OFFSET = -36;
const LEAST_COLUMNS = FEW_VISITS;

/** Beyond so many steps only those with visits have a column. */
const MOST_EVEN_COLUMNS = 400;

/** A star of five points. */
const STAR = "path://M50,5 L61,38 L96,38 L68,59 L79,93 L50,72 L21,93 L32,59 L4,38 L39,38 Z";

function columnNames({ rows, columns, leastColumns = LEAST_COLUMNS }: CliffMap): number[] {
  if (columns === "steps") {
    const steps = [...new Set(rows.flatMap(({ visits }) => visits.map(({ step }) => step)))].sort((a, b) => a - b);
    const [first = 0] = steps;
    const length = (steps.at(-1) ?? 0) - first + 1;
    // Steps without a visit have a column too, as long as columns can be told apart.
    return length > MOST_EVEN_COLUMNS ? steps : Array.from({ length }, (_, index) => first + index);
  }
  const most = rows.reduce((length, { visits }) => Math.max(length, visits.length), leastColumns);
  return Array.from({ length: most }, (_, index) => index + 1);
}

function cellText(rows: readonly CliffMapRow[], values: readonly number[]): string {
  const row = rows[values[1] ?? -1];
  const visit = row?.visits.find(({ groupId }) => groupId === (values[3] ?? values[2]));
  if (row === undefined || visit === undefined) return "";
  const hint = visit.hint;
  return [
    `${plainLabel(row.problem)} (${plainLabel(row.arm)})`,
    `step ${visit.step}: pass rate ${percent(visit.passRate)}`,
    ...(hint === null
      ? []
      : [`hint ${plainLabel(hint.tier)} ${hint.level}${hint.isRescue ? " rescued it" : " did not help"}`]),
    ...(row.graduatedAt === visit.step ? ["graduated: passes without a hint"] : []),
  ].join("\n");
}
