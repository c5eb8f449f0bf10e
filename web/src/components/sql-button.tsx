import { useState, type ReactElement } from "react";
import { Link } from "wouter";

/** SQL that gives what is shown: opened in place, and taken to the console. */
export function SqlButton({ sql, label = "SQL" }: { readonly sql: string; readonly label?: string }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <span className="sql-button">
      <button type="button" className="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {label}
      </button>
      {isOpen && (
        <span className="sql-shown">
          <code className="sql-text">{sql}</code>
          <Link href={sqlLink(sql)} className="button small">
            Open in SQL
          </Link>
        </span>
      )}
    </span>
  );
}

/** The address of the console with a statement. */
export function sqlLink(sql: string): string {
  return `/sql?${new URLSearchParams({ sql }).toString()}`;
}
