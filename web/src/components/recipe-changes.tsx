import type { ReactElement } from "react";
import type { RecipeChange } from "../../../src/server/answers.ts";
import { VisibleText } from "./visible-text.tsx";

/** Options of the recipe that were changed while the run went on. */
export function RecipeChanges({ changes }: { readonly changes: readonly RecipeChange[] }): ReactElement {
  return (
    <details className="panel alarms">
      <summary>
        <span className="chip neutral">
          {changes.length} {changes.length === 1 ? "change" : "changes"}
        </span>{" "}
        of the recipe, the newest from step {changes.at(-1)?.step} on
      </summary>
      <ol>
        {changes.map(({ id, step, path, before, after, by }) => (
          <li key={id}>
            <span className="number muted">step {step}</span> <strong>{path}</strong>{" "}
            <VisibleText text={`${optionText(before)} → ${optionText(after)}, by ${by}`} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function optionText(value: unknown): string {
  if (value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
