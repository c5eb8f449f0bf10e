import { useEffect, useState, type ReactElement } from "react";
import type { RunDetail } from "../../../src/server/answers.ts";
import type { RolloutFilters } from "../text/rollout-filters.ts";
import { SelectField } from "./select-field.tsx";

/** Typing is searched for when it rests for so long. */
const REST_MS = 350;

/** The filters of rollouts. */
export function RolloutFilterForm({
  run,
  filters,
  onChange,
}: {
  readonly run: RunDetail;
  readonly filters: RolloutFilters;
  readonly onChange: (changes: Partial<RolloutFilters>) => void;
}): ReactElement {
  return (
    <form className="filters" role="search" aria-label="Rollouts" onSubmit={(event) => event.preventDefault()}>
      <TypedField
        label="Text"
        value={filters.text}
        isSearch
        placeholder="in the response"
        onChange={(text) => onChange({ text })}
      />
      <SelectField label="Arm" value={filters.arm} choices={run.arms} onChange={(arm) => onChange({ arm })} />
      <SelectField
        label="Passed"
        value={filters.passed}
        choices={[
          { value: "true", label: "passed" },
          { value: "false", label: "failed" },
          { value: "none", label: "not judged" },
        ]}
        onChange={(passed) => onChange({ passed })}
      />
      <SelectField
        label="Verifier"
        value={filters.verifier}
        choices={run.verifiers}
        onChange={(verifier) => onChange({ verifier })}
      />
      <SelectField
        label="Its verdict"
        value={filters.status}
        choices={["ok", "error", "timeout", "skipped"]}
        onChange={(status) => onChange({ status })}
      />
      <SelectField
        label="Hint"
        value={filters.hint}
        choices={[
          { value: "any", label: "with a hint" },
          { value: "none", label: "without" },
          ...run.hintTiers.map((tier) => ({ value: tier, label: `tier ${tier}` })),
        ]}
        onChange={(hint) => onChange({ hint })}
      />
      <SelectField
        label="Fate"
        value={filters.drop}
        choices={[
          { value: "trained", label: "trained" },
          { value: "any", label: "dropped" },
          ...run.dropReasons.map((reason) => ({ value: reason, label: reason.replaceAll("_", " ") })),
        ]}
        onChange={(drop) => onChange({ drop })}
      />
      <TypedField
        label="Step from"
        type="number"
        value={filters.step_from}
        onChange={(value) => onChange({ step_from: value })}
      />
      <TypedField label="to" type="number" value={filters.step_to} onChange={(value) => onChange({ step_to: value })} />
      <TypedField label="Problem key" value={filters.problem} onChange={(problem) => onChange({ problem })} />
    </form>
  );
}

function TypedField({
  label,
  value,
  type = "text",
  isSearch = false,
  placeholder,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly type?: "text" | "number";
  readonly isSearch?: boolean;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = window.setTimeout(() => onChange(typed), REST_MS);
    return () => window.clearTimeout(timer);
  });
  return (
    <label className={`field ${type === "number" ? "narrow" : ""}`}>
      {label}
      <input
        type={isSearch ? "search" : type}
        value={typed}
        placeholder={placeholder}
        {...(isSearch && { "data-search": true })}
        {...(type === "number" && { min: 0 })}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={({ key }) => key === "Enter" && onChange(typed)}
      />
    </label>
  );
}
