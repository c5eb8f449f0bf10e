import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { readComparing } from "../components/compare/chosen-runs.ts";
import { Evaluations } from "../components/compare/evaluations.tsx";
import { GridControls, MetricGrid } from "../components/compare/metric-grid.tsx";
import { RecipeDifferences } from "../components/compare/recipe-differences.tsx";
import { SameProblem } from "../components/compare/same-problem.tsx";
import { Answer, Empty } from "../components/states.tsx";
import { answers } from "../data/answers.ts";
import { useSearch } from "../use-search.ts";
import { useTitle } from "../use-title.ts";

/** Runs side by side: evaluations, metrics, recipes, and what they answered to the same problem. */
export function ComparePage(): ReactElement {
  useTitle("Compare");
  const [search, change] = useSearch();
  const comparing = readComparing(search);
  const { runs, metrics } = comparing;
  const query = useQuery({ ...answers.compare(runs, metrics), enabled: runs.length > 0 });
  return (
    <div className="page">
      <div className="page-head">
        <h1>{runs.length === 1 ? "Compare versions" : "Compare runs"}</h1>
        <Link href="/">All runs</Link>
      </div>
      {runs.length === 0 ? (
        <Empty>
          Choose two or more runs: tick them in <Link href="/">the list</Link>.
        </Empty>
      ) : (
        <Answer query={query}>
          {(answer) => (
            <>
              <GridControls comparing={comparing} present={answer.metrics} onChange={change} />
              <Evaluations runs={answer.runs} comparing={comparing} />
              <MetricGrid answer={answer} comparing={comparing} />
              {runs.length > 1 && <RecipeDifferences answer={answer} />}
              <SameProblem runs={answer.runs} />
            </>
          )}
        </Answer>
      )}
    </div>
  );
}
