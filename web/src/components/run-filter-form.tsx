import type { ReactElement } from "react";
import { plainLabel } from "../../../src/report/charts/plain-label.ts";
import type { RunSummary } from "../../../src/server/answers.ts";
import { runFilterChoices, type RunFilters } from "../text/run-filters.ts";
import { SelectField } from "./select-field.tsx";

/** The filters of runs. */
export function RunFilterForm({
  runs,
  filters,
  onChange,
}: {
  readonly runs: readonly RunSummary[];
  readonly filters: RunFilters;
  readonly onChange: (changes: Partial<RunFilters>) => void;
}): ReactElement {
  const { states, tags } = runFilterChoices(runs);
  return (
    <form className="run-filters" role="search" aria-label="Runs" onSubmit={(event) => event.preventDefault()}>
      <label className="field">
        Search
        <input
          type="search"
          data-search
          value={filters.q}
          placeholder="name, tag, note, recipe file"
          onChange={({ target }) => onChange({ q: target.value })}
        />
      </label>
      <SelectField label="State" value={filters.state} choices={states} onChange={(state) => onChange({ state })} />
      {(tags.length > 0 || filters.tag !== "") && (
        <SelectField
          label="Tag"
          value={filters.tag}
          choices={tags.map((tag) => ({ value: tag, label: plainLabel(tag) }))}
          onChange={(tag) => onChange({ tag })}
        />
      )}
    </form>
  );
}
