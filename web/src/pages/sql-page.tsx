import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState, type ReactElement } from "react";
import { SqlResult } from "../components/sql-result.tsx";
import { FaultBox } from "../components/states.tsx";
import { answers } from "../data/answers.ts";
import { api } from "../data/api.ts";
import { whole } from "../text/format.ts";
import { useSearch } from "../use-search.ts";
import { useTitle } from "../use-title.ts";

const FIRST = "SELECT * FROM v_arms ORDER BY run_id DESC, step DESC LIMIT 100";

/** A console that reads: a statement, the ready ones, and the result as a table or a chart. */
export function SqlPage(): ReactElement {
  useTitle("SQL");
  const [search, change] = useSearch();
  const given = search.get("sql") ?? "";
  const [sql, setSql] = useState(given === "" ? FIRST : given);
  const field = useRef<HTMLTextAreaElement>(null);
  const abort = useRef<AbortController | null>(null);
  const queries = useQuery(answers.queries());
  const [seen, setSeen] = useState(given);
  if (seen !== given) {
    setSeen(given);
    if (given !== "") setSql(given);
  }
  const result = useMutation({
    mutationFn: (statement: string) => {
      abort.current = new AbortController();
      return api.sql(statement, abort.current.signal);
    },
  });
  const run = (): void => {
    change({ sql });
    result.mutate(sql);
  };
  const question = queries.data?.find((query) => query.sql === sql)?.name ?? "";
  return (
    <div className="page sql-page">
      <div className="page-head">
        <h1>SQL</h1>
        {queries.data !== undefined && queries.data.length > 0 && (
          <label className="field ready">
            Ready queries
            <select
              value={question}
              onChange={({ target }) => {
                const chosen = queries.data.find(({ name }) => name === target.value);
                if (chosen !== undefined) setSql(chosen.sql);
                field.current?.focus();
              }}
            >
              <option value="">choose one of {queries.data.length}</option>
              {queries.data.map((query) => (
                <option key={query.name} value={query.name}>
                  {query.question}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <form
        className="panel editor"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <label className="hidden" htmlFor="sql">
          Statement
        </label>
        <textarea
          id="sql"
          ref={field}
          data-search
          value={sql}
          spellCheck={false}
          autoCapitalize="off"
          rows={Math.min(22, Math.max(5, sql.split("\n").length + 1))}
          onChange={({ target }) => setSql(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            run();
          }}
        />
        <div className="editor-bar">
          <button type="submit" className="primary" disabled={sql.trim() === "" || result.isPending}>
            Run <kbd>Ctrl ↵</kbd>
          </button>
          {result.isPending && (
            <button type="button" onClick={() => abort.current?.abort()}>
              Stop
            </button>
          )}
          <span className="muted" role="status">
            {result.isPending && "Running…"}
            {result.isSuccess &&
              `${whole(result.data.rows.length)} rows${result.data.isCut ? " (cut: ask for fewer with LIMIT)" : ""} in ${Math.round(result.data.milliseconds)} ms`}
          </span>
          <span className="muted wide-only editor-hint">
            Reads only. Views: v_rollouts, v_lineage, v_arms, v_cliffs, v_drops…
          </span>
        </div>
      </form>
      {result.isError && !isAbort(result.error) && <FaultBox error={result.error} />}
      {result.isSuccess && <SqlResult key={result.submittedAt} answer={result.data} />}
    </div>
  );
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
