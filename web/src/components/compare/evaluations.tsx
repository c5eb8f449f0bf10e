import { useQueries } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import { alongCourse } from "../../../../src/report/charts/course-axis.ts";
import { wilsonInterval } from "../../../../src/report/wilson.ts";
import type { CompareAnswer, EvalPoint } from "../../../../src/server/answers.ts";
import { answers } from "../../data/answers.ts";
import { useSearch } from "../../use-search.ts";
import { SelectField } from "../select-field.tsx";
import { SeriesFigure } from "../series-figure.tsx";
import type { Comparing } from "./chosen-runs.ts";
import { PairedTest, type NamedEvaluation } from "./paired-test.tsx";

const BOUNDS = { min: 0, max: 1 };

type Run = CompareAnswer["runs"][number];
interface RunEvals {
  readonly run: Run;
  readonly points: readonly EvalPoint[];
}

/** Held-out accuracy of each run with intervals, and two of the evaluations by the paired test. */
export function Evaluations({
  runs,
  comparing,
}: {
  readonly runs: readonly Run[];
  readonly comparing: Comparing;
}): ReactElement | null {
  const [search, change] = useSearch();
  const queries = useQueries({ queries: runs.map(({ id }) => answers.evals(id)) });
  const found = runs.map((run, place): RunEvals => ({ run, points: queries[place]?.data ?? [] }));
  const all = found.flatMap(({ points }) => points);
  const suites = [...new Set(all.map(({ suite }) => suite))];
  const suite = suites.find((name) => name === search.get("suite")) ?? usualSuite(all, suites);
  if (suite === undefined) return null;
  const ofSuite = all.filter((point) => point.suite === suite);
  const arms = [...new Set(ofSuite.flatMap((point) => point.arm ?? []))];
  const arm = arms.find((name) => name === search.get("arm")) ?? null;
  return (
    <section className="evaluations" aria-labelledby="evaluations-title">
      <div className="page-head">
        <h2 id="evaluations-title">Evaluations</h2>
        <label className="field">
          Suite
          <select value={suite} onChange={({ target }) => change({ suite: target.value, a: "", b: "" })}>
            {suites.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <SelectField
          label="Arm"
          all="all arms"
          value={arm ?? ""}
          choices={arms}
          onChange={(value) => change({ arm: value })}
        />
      </div>
      <div className="evaluation-pair">
        <Accuracies found={found} suite={suite} arm={arm} unit={comparing.unit} />
        <PairedTest key={suite} suite={suite} evaluations={evaluationsOf(found, suite)} />
      </div>
    </section>
  );
}

/** The suite that says the most: `development` is evaluated all along, `test` at the ends. */
function usualSuite(points: readonly EvalPoint[], suites: readonly string[]): string | undefined {
  const count = (suite: string): number => points.filter((point) => point.suite === suite).length;
  return suites.toSorted((one, other) => count(other) - count(one))[0];
}

function evaluationsOf(found: readonly RunEvals[], suite: string): NamedEvaluation[] {
  return found.flatMap(({ run, points }) =>
    points
      .filter((point) => point.run === run.id && point.suite === suite && point.arm === null)
      .map(({ step }) => ({
        place: `${run.id}:${step}`,
        run: run.id,
        step,
        name: `#${run.id} ${run.name}, step ${step}`,
      })),
  );
}

function Accuracies({
  found,
  suite,
  arm,
  unit,
}: {
  readonly found: readonly RunEvals[];
  readonly suite: string;
  readonly arm: string | null;
  readonly unit: Comparing["unit"];
}): ReactElement {
  const series = useMemo(
    () =>
      found.map(({ run, points }) => {
        const own = points.filter((point) => point.suite === suite && point.arm === arm);
        const ends = own.map(({ accuracy, problems }) =>
          accuracy === null ? null : wilsonInterval(accuracy, problems),
        );
        const line = {
          name: `#${run.id} ${run.name}`,
          steps: own.map(({ step }) => step),
          mean: own.map(({ accuracy }) => accuracy),
          low: ends.map((end) => end?.[0] ?? null),
          high: ends.map((end) => end?.[1] ?? null),
        };
        return alongCourse(line, run.course, unit);
      }),
    [found, suite, arm, unit],
  );
  return (
    <SeriesFigure
      title={`Accuracy, ${suite}${arm === null ? "" : `, ${arm}`}`}
      hint="Share of completions that passed. Bands: 95% by Wilson, as if all completions of a problem came out alike."
      series={series}
      bounds={BOUNDS}
      unit={unit}
      height={240}
    />
  );
}
