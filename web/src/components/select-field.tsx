import { useId, type ReactElement } from "react";

/** A labelled choice; the empty value is `all`. */
export function SelectField({
  label,
  value,
  choices,
  all = "all",
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (string | { readonly value: string; readonly label: string })[];
  readonly all?: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{all}</option>
        {choices.map((choice) => {
          const option = typeof choice === "string" ? { value: choice, label: choice } : choice;
          return (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          );
        })}
      </select>
    </div>
  );
}
