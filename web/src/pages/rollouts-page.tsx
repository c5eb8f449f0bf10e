import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState, type ReactElement } from "react";
import type { RunDetail } from "../../../src/server/answers.ts";
import { RolloutFilterForm } from "../components/rollout-filter-form.tsx";
import { RolloutTable } from "../components/rollout-table.tsx";
import { SqlButton } from "../components/sql-button.tsx";
import { Empty, FaultBox } from "../components/states.tsx";
import { api, type ApiQueries } from "../data/api.ts";
import { useChangeCount } from "../data/live.ts";
import { whole } from "../text/format.ts";
import { ROLLOUT_FILTERS, readFilters, rolloutsSql, setFilters, type RolloutFilters } from "../text/rollout-filters.ts";
import { useSearch } from "../use-search.ts";
import { useTitle } from "../use-title.ts";

const PAGE = 50;

/** The filters of the address as the server takes them; what it does not know, it refuses with advice. */
function rolloutQuery(filters: RolloutFilters, cursor: string): ApiQueries["rollouts"] {
  return { ...setFilters(filters), limit: String(PAGE), ...(cursor !== "" && { cursor }) } as ApiQueries["rollouts"];
}

/** Every rollout of a run, filtered and searched. */
export function RolloutsPage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`Rollouts of #${run.id}`);
  const [search, change] = useSearch();
  const filters = useMemo(() => readFilters(search), [search]);
  const sql = rolloutsSql(run.id, filters);
  return (
    <>
      <div className="page-head">
        <h1>Rollouts</h1>
        <SqlButton sql={sql} />
        {ROLLOUT_FILTERS.some((name) => filters[name] !== "") && (
          <button
            type="button"
            className="small"
            onClick={() => change(Object.fromEntries(ROLLOUT_FILTERS.map((name) => [name, ""])))}
          >
            Clear filters
          </button>
        )}
      </div>
      <RolloutFilterForm run={run} filters={filters} onChange={change} />
      {/* Another search starts anew: its pages, its wish for more, and whether it was stopped. */}
      <Results key={JSON.stringify(filters)} run={run.id} filters={filters} />
    </>
  );
}

function Results({ run, filters }: { readonly run: number; readonly filters: RolloutFilters }): ReactElement {
  const [wanted, setWanted] = useState(PAGE);
  const [isStopped, setStopped] = useState(false);
  const changes = useChangeCount();
  const [seenChanges, setSeenChanges] = useState(changes);
  const query = useInfiniteQuery({
    queryKey: ["rollouts", run, filters],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => api.rollouts(run, rolloutQuery(filters, pageParam), signal),
    getNextPageParam: ({ cursor }) => cursor,
    // A list that moves under the reader's eyes is no help: newer rollouts come when asked for.
    meta: { isStill: true },
  });
  const pages = query.data?.pages ?? [];
  const rows = pages.flatMap((page) => page.rows);
  const scanned = pages.reduce((sum, page) => sum + page.scanned, 0);
  const { hasNextPage, isFetching, fetchNextPage, error } = query;
  const goesOn = hasNextPage && !isStopped && rows.length < wanted && error === null;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage();
  }, [goesOn, isFetching, fetchNextPage]);
  const isWorking = isFetching || goesOn;
  const atStep = pages.at(-1)?.atStep ?? null;
  return (
    <>
      <p className="search-state" role="status">
        <span className="number">
          {whole(rows.length)} {rows.length === 1 ? "rollout" : "rollouts"}
        </span>
        <span className="muted number">
          {isWorking ? "looked at " : "of "}
          {whole(scanned)} {isWorking ? "so far" : "looked at"}
          {isWorking && atStep !== null && `, at step ${atStep}`}
        </span>
        {isWorking && <progress aria-label="Searching" />}
        {isWorking && pages.length > 0 && (
          <button type="button" className="small" onClick={() => setStopped(true)}>
            Stop
          </button>
        )}
        {isStopped && !isFetching && hasNextPage && (
          <button
            type="button"
            className="small"
            onClick={() => {
              setStopped(false);
              setWanted(rows.length + PAGE);
            }}
          >
            Go on
          </button>
        )}
        {changes > seenChanges && (
          <button
            type="button"
            className="small"
            onClick={() => {
              setSeenChanges(changes);
              setWanted(PAGE);
              void query.refetch();
            }}
          >
            Show newer rollouts
          </button>
        )}
      </p>
      {error !== null && <FaultBox error={error} onRetry={() => void query.refetch()} />}
      {rows.length > 0 && <RolloutTable rows={rows} run={run} />}
      {rows.length === 0 && !isWorking && error === null && (
        <Empty>
          {isStopped ? "Stopped: nothing was found so far." : "No rollout fits. Take out a filter, or widen the steps."}
        </Empty>
      )}
      {rows.length >= wanted && hasNextPage && !isWorking && (
        <button type="button" className="more" onClick={() => setWanted(rows.length + PAGE)}>
          Show more
        </button>
      )}
    </>
  );
}
