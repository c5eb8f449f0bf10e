import type { ReactElement } from "react";
import { Route, Switch } from "wouter";
import { Shell } from "./components/shell.tsx";
import { ComparePage } from "./pages/compare-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { RunPages } from "./pages/run-pages.tsx";
import { RunsPage } from "./pages/runs-page.tsx";
import { SqlPage } from "./pages/sql-page.tsx";

/** The dashboard: a frame with the page that the address names. */
export function App(): ReactElement {
  return (
    <Shell>
      <Switch>
        <Route path="/">
          <RunsPage />
        </Route>
        <Route path="/compare">
          <ComparePage />
        </Route>
        <Route path="/sql">
          <SqlPage />
        </Route>
        <Route path="/runs/:run/*?">{({ run }) => <RunPages run={Number(run)} />}</Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Shell>
  );
}
