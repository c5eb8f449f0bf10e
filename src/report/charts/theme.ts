/** Colours of the charts on one background. */
export interface ChartTheme {
  readonly text: string;
  readonly muted: string;
  /** Lines of the grid, and axes. */
  readonly grid: string;
  readonly axis: string;
  /** What the charts lie on. */
  readonly surface: string;
  readonly alarm: string;
  /** Text on a cell of the failing end of `diverging`. */
  readonly onFailing: string;
  /** Marks on cells of any colour, and their edge. */
  readonly mark: string;
  readonly markEdge: string;
  /** For series, in order; beyond them colours come again with dashes. */
  readonly series: readonly string[];
  /** From little to much. */
  readonly sequential: readonly string[];
  /** From failing over the middle to passing. */
  readonly diverging: readonly string[];
}

/** Backgrounds that charts are drawn for: the page's two, and white paper. */
export type ThemeName = "light" | "dark" | "print";

/** Okabe and Ito's colours, told apart by people who see fewer, without the yellow, which is too light on white. */
const ON_LIGHT = ["#0072b2", "#d55e00", "#009e73", "#b8568f", "#b87d00", "#3d9bd1", "#444444"];

const LIGHT: ChartTheme = {
  text: "#1d2126",
  muted: "#59616b",
  grid: "#eceef0",
  axis: "#b9bfc6",
  surface: "#ffffff",
  alarm: "#c22f2f",
  onFailing: "#ffffff",
  mark: "#ffffff",
  markEdge: "#1d2126",
  series: ON_LIGHT,
  sequential: ["#eef3f8", "#b9d3ea", "#6fa6d6", "#2b74b8", "#0b4782"],
  diverging: ["#b4500b", "#e8a162", "#efe9dc", "#86b5da", "#1d65a6"],
};

/** The colours of each background. The ramps run over lightness too, so that they hold without colour. */
export const CHART_THEMES: Readonly<Record<ThemeName, ChartTheme>> = {
  light: LIGHT,
  dark: {
    text: "#e4e7eb",
    muted: "#9ba5b0",
    grid: "#2a2f36",
    axis: "#4b535d",
    surface: "#1b1f24",
    alarm: "#ff7b72",
    onFailing: "#15181c",
    mark: "#ffffff",
    markEdge: "#15181c",
    series: ["#56a8e8", "#f08a4b", "#3fc79a", "#e29ac6", "#e6b450", "#9fd3f5", "#c9ced6"],
    sequential: ["#222830", "#234668", "#2c6ea8", "#4f9ee0", "#a9d5ff"],
    diverging: ["#f08a4b", "#8f5a34", "#3a3f46", "#33638f", "#5fb0f5"],
  },
  print: { ...LIGHT, muted: "#444444", grid: "#e6e6e6", axis: "#999999" },
};

const DASHES = ["solid", "dashed", "dotted"] as const;

/** Colour and dash of the series at a place. */
export function seriesStyle(theme: ChartTheme, place: number): { color: string; type: (typeof DASHES)[number] } {
  return {
    color: theme.series[place % theme.series.length] ?? theme.text,
    type: DASHES[Math.floor(place / theme.series.length) % DASHES.length] ?? "solid",
  };
}
