import { html, raw } from "hono/html";
import type { ReportData } from "./report-data.ts";
import {
  alarmSection,
  cliffSection,
  curriculumSection,
  curveSection,
  fateSection,
  outcomeSection,
  recipeSection,
  storySection,
} from "./sections.ts";
import { STYLE } from "./style.ts";

/** Nothing may run and nothing may be asked for, should a text ever get through as markup. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** The report of a run as one HTML page, to be opened from disk or printed: no script, no request. */
export async function reportPage(data: ReportData): Promise<string> {
  const { run, overview } = data;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <title>${run.name}, run ${run.id}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${run.name}</h1>
          <p class="meta">
            Run ${run.id}: ${overview.state}, step ${overview.step} of ${overview.steps},
            ${overview.rollouts.toLocaleString("en-US")} rollouts, seed ${run.seed}, started ${run.createdAt},
            ${run.finishedAt === null ? "not finished" : html`ended ${run.finishedAt}`}, rlvr ${run.version}
          </p>
        </header>
        <main>
          ${storySection(data)} ${outcomeSection(data)} ${alarmSection(data)} ${curveSection(data)} ${fateSection(data)}
          ${curriculumSection(data)} ${cliffSection(data)} ${recipeSection(data)}
        </main>
        <footer>Made by rlvr from its database. All texts of problems and answers are shown as they are stored.</footer>
      </body>
    </html> `;
  return String(await page);
}
