import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { RunFilterForm } from "../components/run-filter-form.tsx";
import { RunCards, RunTable } from "../components/run-table.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { answers } from "../data/answers.ts";
import { useKeys } from "../keys.ts";
import { fittingRuns } from "../text/run-filters.ts";
import { useSearch } from "../use-search.ts";
import { useTitle } from "../use-title.ts";
import { useTables } from "../use-wide.ts";

/** Every run of the database, and the way to compare some of them. The filters are in the address. */
export function RunsPage(): ReactElement {
  useTitle("Runs");
  const query = useQuery(answers.runs());
  const [search, setSearch] = useSearch();
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [, navigate] = useLocation();
  const List = useTables() ? RunTable : RunCards;
  const target = `/compare?runs=${[...ticked].sort((left, right) => left - right).join(",")}`;
  useKeys(
    useMemo(
      () => [{ keys: "c", label: "Compare the ticked runs", run: () => ticked.size > 1 && navigate(target) }],
      [ticked, target, navigate],
    ),
  );
  const filters = {
    q: search.get("q") ?? "",
    state: search.get("state") ?? "",
    tag: search.get("tag") ?? "",
  };
  const tick = (id: number, isTicked: boolean): void => {
    const next = new Set(ticked);
    if (isTicked) next.add(id);
    else next.delete(id);
    setTicked(next);
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1>Runs</h1>
        {ticked.size > 1 ? (
          <Link href={target} className="button primary">
            Compare {ticked.size} runs
          </Link>
        ) : (
          <span className="muted">Tick two or more to compare them.</span>
        )}
      </div>
      <Answer query={query}>
        {(runs) => {
          if (runs.length === 0)
            return (
              <Empty>
                No runs yet. Start one with <code>rlvr run</code>: it appears here by itself.
              </Empty>
            );
          const shown = fittingRuns(runs, filters);
          return (
            <>
              <RunFilterForm runs={runs} filters={filters} onChange={setSearch} />
              {shown.length === 0 ? <Empty>No run fits.</Empty> : <List runs={shown} ticked={ticked} onTick={tick} />}
            </>
          );
        }}
      </Answer>
    </div>
  );
}
