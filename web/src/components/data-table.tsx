import type { ReactElement } from "react";
import type { ChartTable } from "../../../src/report/charts/series.ts";
import { shortNumber } from "../../../src/report/charts/short-number.ts";
import { VisibleText } from "./visible-text.tsx";

/** What a chart shows, as a table. */
export function DataTable({ table, caption }: { readonly table: ChartTable; readonly caption: string }): ReactElement {
  return (
    <div className="table-box chart-table" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={index} scope="col" className={index === 0 ? undefined : "number"}>
                <VisibleText text={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} className={typeof cell === "number" ? "number" : undefined}>
                  {typeof cell === "number" && column > 0 ? (
                    shortNumber(cell)
                  ) : (
                    <VisibleText text={String(cell ?? "–")} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
