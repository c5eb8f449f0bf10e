import { html } from "hono/html";
import { stringify } from "yaml";
import { percent } from "../../report/charts/short-number.ts";
import { story } from "../../report/story.ts";
import type { BeforeAndAfter } from "../../tracking/report.ts";
import { alarmOf } from "./alarm.ts";
import { beforeAfterFigure, cliffFigure, curriculumFigures, curveFigures } from "./figures.ts";
import { figureHtml, section, tableHtml, type Html } from "./markup.ts";
import type { ReportData } from "./report-data.ts";

/** Characters of a text that an example shows. */
const SHOWN = 2000;

/** The three sentences, each with the query that gives its rows. */
export function storySection({ facts }: ReportData): Html | "" {
  return section(
    "What it did",
    ...story(facts).map(
      ({ text, sql }) =>
        html`<p class="story">${text}</p>
          <details>
            <summary>its rows</summary>
            <pre>${sql}</pre>
          </details>`,
    ),
  );
}

/** Accuracy before and after by arm, as a chart and in numbers, and what was answered. */
export function outcomeSection(data: ReportData): Html | "" {
  const { evaluation } = data.facts;
  const figure = beforeAfterFigure(data);
  if (evaluation === null || figure === undefined) return "";
  const share = (passed: number, judged: number): string => percent(judged === 0 ? null : passed / judged);
  const { suite, beforeStep, nowStep, arms } = evaluation;
  const rows = arms.map((arm) => [
    arm.arm,
    share(arm.beforePassed, arm.beforeJudged),
    share(arm.nowPassed, arm.nowJudged),
    String(arm.problems),
    String(arm.nowJudged),
    String(arm.unjudged),
  ]);
  const header = [
    "arm",
    `after step ${beforeStep}`,
    `after step ${nowStep}`,
    "problems",
    "answers",
    "without a verdict",
  ];
  return section(
    `Accuracy on "${suite}"`,
    figureHtml(figure),
    tableHtml(header, rows, 1),
    ...(data.examples.length === 0 ? [] : [html`<h3>What it answered</h3>`, ...data.examples.map(exampleHtml)]),
  );
}

function exampleHtml(example: BeforeAndAfter): Html {
  const answer = (name: string, text: string, passed: boolean | null): Html =>
    html`<div>
      <h4>${name}: ${passed === null ? "no verdict" : passed ? "right" : "wrong"}</h4>
      <pre>${cut(text)}</pre>
    </div>`;
  return html`<article>
    <h4>${example.arm}</h4>
    <pre>${cut(example.problem)}</pre>
    <p>Reference answer: <code>${cut(example.answer)}</code></p>
    <div class="pair">
      ${answer("Before", example.before, example.beforePassed)} ${answer("After", example.after, example.afterPassed)}
    </div>
  </article>`;
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length.toLocaleString("en-US")} characters)` : text;
}

/** What the run's monitors called out. */
export function alarmSection({ alarms }: ReportData): Html | "" {
  const rows = alarms.map((event) => {
    const { name, message } = alarmOf(event);
    return [String(event.step ?? ""), name, message];
  });
  return section("Alarms", rows.length === 0 ? html`<p>None.</p>` : tableHtml(["step", "alarm", "what it says"], rows));
}

/** The run's numbers over the steps. */
export function curveSection(data: ReportData): Html | "" {
  const figures = curveFigures(data);
  if (figures.length === 0) return "";
  return section("Over the steps", html`<div class="grid">${figures.map(figureHtml)}</div>`);
}

/** What became of the rollouts. */
export function fateSection({ facts }: ReportData): Html | "" {
  const { rollouts, trained, dropped } = facts.fates;
  if (rollouts === 0) return "";
  const row = (fate: string, number: number): string[] => [
    fate,
    number.toLocaleString("en-US"),
    percent(number / rollouts),
  ];
  const rows = [row("trained", trained), ...dropped.map(({ reason, rollouts: number }) => row(reason, number))];
  return section("What became of the rollouts", tableHtml(["", "rollouts", "share"], rows, 1));
}

/** What was practised when. */
export function curriculumSection(data: ReportData): Html | "" {
  return section("Curriculum", ...curriculumFigures(data).map(figureHtml));
}

/** The hardest problems. */
export function cliffSection(data: ReportData): Html | "" {
  const figure = cliffFigure(data);
  return section("Hardest problems", figure && figureHtml(figure));
}

/** The resolved recipe. */
export function recipeSection({ run, changes }: ReportData): Html | "" {
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const rows = changes.map(({ step, path, before, after, by }) => [String(step), path, text(before), text(after), by]);
  const changed = rows.length === 0 ? "" : tableHtml(["changed from step", "option", "before", "after", "by"], rows);
  return section(
    "Recipe",
    html`${changed}
      <pre>${stringify(run.recipe)}</pre>`,
  );
}
