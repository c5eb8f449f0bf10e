import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import type { RunDetail } from "../../../src/server/answers.ts";
import { Progress } from "../components/progress.tsx";
import { Answer, StateChip } from "../components/states.tsx";
import { VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { useKeys, type Binding } from "../keys.ts";
import { signOfLife } from "../text/sign-of-life.ts";
import { useNow } from "../use-now.ts";
import { CliffMapPage } from "./cliff-map-page.tsx";
import { CurriculumPage } from "./curriculum-page.tsx";
import { GroupPage } from "./group-page.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { PipelinePage } from "./pipeline-page.tsx";
import { RecipePage } from "./recipe-page.tsx";
import { RolloutsPage } from "./rollouts-page.tsx";
import { RunPage } from "./run-page.tsx";
import { TrainerPage } from "./trainer-page.tsx";

const TABS = [
  { path: "", label: "Run", key: "1" },
  { path: "/curriculum", label: "Curriculum", key: "2" },
  { path: "/cliffs", label: "Cliff map", key: "3" },
  { path: "/rollouts", label: "Rollouts", key: "4" },
  { path: "/trainer", label: "Trainer", key: "5" },
  { path: "/pipeline", label: "Pipeline", key: "6" },
  { path: "/recipe", label: "Recipe", key: "7" },
] as const;

/** The pages of a run below its name, state and tabs. */
export function RunPages({ run }: { readonly run: number }): ReactElement {
  const query = useQuery(answers.run(run));
  return (
    <Answer query={query}>
      {(detail) => (
        <>
          <RunBar run={detail} />
          <div className="page">
            <Switch>
              <Route path="/runs/:run">
                <RunPage run={detail} />
              </Route>
              <Route path="/runs/:run/curriculum">
                <CurriculumPage run={detail} />
              </Route>
              <Route path="/runs/:run/cliffs">
                <CliffMapPage run={detail} />
              </Route>
              <Route path="/runs/:run/rollouts">
                <RolloutsPage run={detail} />
              </Route>
              <Route path="/runs/:run/groups/:group">
                {({ group }) => <GroupPage run={detail} group={Number(group)} />}
              </Route>
              <Route path="/runs/:run/trainer">
                <TrainerPage run={detail} />
              </Route>
              <Route path="/runs/:run/pipeline">
                <PipelinePage run={detail} />
              </Route>
              <Route path="/runs/:run/recipe">
                <RecipePage run={detail} />
              </Route>
              <Route>
                <NotFoundPage />
              </Route>
            </Switch>
          </div>
        </>
      )}
    </Answer>
  );
}

function RunBar({ run }: { readonly run: RunDetail }): ReactElement {
  const now = useNow();
  const [location, navigate] = useLocation();
  const base = `/runs/${run.id}`;
  const here = location.startsWith(`${base}/groups/`) ? `${base}/rollouts` : location;
  useKeys(
    useMemo<Binding[]>(
      () =>
        TABS.map(({ path, label, key }) => ({ keys: key, label: `Go to ${label}`, run: () => navigate(base + path) })),
      [base, navigate],
    ),
  );
  return (
    <div className="run-bar">
      <p className="run-name">
        <strong>
          <span className="muted number">#{run.id}</span> <VisibleText text={run.name} />
        </strong>
        <StateChip state={run.state} />
        <Progress step={run.step} steps={run.steps} />
        {run.state === "running" && run.phase !== null && <span className="muted">{run.phase}</span>}
        <span className="muted">{signOfLife(run, now)}</span>
      </p>
      <nav aria-label="Pages of the run" className="tabs">
        {TABS.map(({ path, label, key }) => (
          <Link
            key={path}
            href={base + path}
            aria-current={here === base + path ? "page" : undefined}
            title={`${label} (${key})`}
          >
            {label}
          </Link>
        ))}
      </nav>
    </div>
  );
}
