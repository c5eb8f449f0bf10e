import { html } from "hono/html";
import { CHART_THEMES } from "../../report/charts/theme.ts";
import { chartImage } from "./chart-image.ts";
import type { Figure } from "./figures.ts";

/** A piece of a page. The template escapes all that is put into it but other pieces. */
export type Html = ReturnType<typeof html>;

/** A chart twice, of which the style shows one: in the colours of a dark screen, or in those for white paper. */
export function figureHtml(figure: Figure): Html {
  const { title, hint, description, width, height, draw } = figure;
  const [light, dark] = [CHART_THEMES.print, CHART_THEMES.dark].map((theme) => chartImage(draw(theme), figure));
  return html`<figure>
    <figcaption><strong>${title}</strong> ${hint}</figcaption>
    <img class="light" src="${light}" width="${width}" height="${height}" alt="${description}" />
    <img class="dark" src="${dark}" width="${width}" height="${height}" alt="${description}" />
  </figure>`;
}

/** A table; the columns from `numbersFrom` on are numbers. */
export function tableHtml(
  header: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  numbersFrom: number = header.length,
): Html {
  const kind = (column: number): string => (column >= numbersFrom ? "number" : "text");
  return html`<table>
    <thead>
      <tr>
        ${header.map((name, column) => html`<th scope="col" class="${kind(column)}">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, column) => html`<td class="${kind(column)}">${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A part of the page under a heading; nothing where it has no content. */
export function section(title: string, ...content: readonly (Html | undefined)[]): Html | "" {
  const parts = content.filter((part) => part !== undefined);
  return parts.length === 0
    ? ""
    : html`<section>
        <h2>${title}</h2>
        ${parts}
      </section>`;
}
