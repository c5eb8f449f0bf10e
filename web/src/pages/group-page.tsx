import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { GroupDetail, RolloutDetail, RunDetail } from "../../../src/server/answers.ts";
import { HintTable } from "../components/hint-table.tsx";
import { Lineage } from "../components/lineage.tsx";
import { PromptView } from "../components/prompt-view.tsx";
import { RolloutCard } from "../components/rollout-card.tsx";
import { Segments } from "../components/segments.tsx";
import { SqlButton } from "../components/sql-button.tsx";
import { Answer } from "../components/states.tsx";
import { TokenLegend } from "../components/token-legend.tsx";
import { VerdictList } from "../components/verdict-list.tsx";
import { LongText, VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { useKeys } from "../keys.ts";
import { fixed } from "../text/format.ts";
import { TOKEN_MEASURES, type TokenMeasure } from "../text/token-colours.ts";
import { useSearch } from "../use-search.ts";
import { useTitle } from "../use-title.ts";

const CHOSEN = "chosen-rollout";

const MEASURE_LABELS: Readonly<Record<TokenMeasure, string>> = {
  advantage: "Advantage",
  logprob: "Log-probability",
  entropy: "Entropy",
  ratio: "Ratio",
  teacher: "Teacher",
};

/** A group side by side, and the rollout that is chosen in full. */
export function GroupPage({ run, group }: { readonly run: RunDetail; readonly group: number }): ReactElement {
  useTitle(`Group ${group} of #${run.id}`);
  const query = useQuery(answers.group(group));
  const hasTeacher = run.metrics.includes("teacher.kl");
  return <Answer query={query}>{(detail) => <Group group={detail} hasTeacher={hasTeacher} />}</Answer>;
}

function Group({ group, hasTeacher }: { readonly group: GroupDetail; readonly hasTeacher: boolean }): ReactElement {
  const [search, change] = useSearch();
  const measures = TOKEN_MEASURES.filter((name) => name !== "teacher" || hasTeacher);
  const measure = measures.find((name) => name === search.get("colour")) ?? "advantage";
  const chosen = group.rollouts.find(({ id }) => id === Number(search.get("rollout"))) ?? group.rollouts[0];
  const scale = group.rollouts.reduce((most, { advantage }) => Math.max(most, Math.abs(advantage ?? 0)), 0);
  return (
    <>
      <div className="page-head">
        <h1>
          Group {group.id}{" "}
          <span className="muted">
            step {group.step}, slot {group.slot}
          </span>
        </h1>
        <Neighbours group={group} measure={measure} />
        <Link href={`/runs/${group.runId}/rollouts?${new URLSearchParams({ problem: group.problemKey }).toString()}`}>
          All visits to the problem
        </Link>
        <SqlButton sql={`SELECT *\nFROM v_rollouts\nWHERE group_id = ${group.id}`} />
      </div>
      <section className="panel problem" aria-label="Problem">
        <div className="problem-text">
          <LongText text={group.problem} label="Problem" />
        </div>
        <dl className="facts">
          <div>
            <dt>answer</dt>
            <dd>
              <VisibleText text={group.answer.slice(0, 200)} />
            </dd>
          </div>
          <div>
            <dt>arm</dt>
            <dd>
              <VisibleText text={group.arm} />
            </dd>
          </div>
          <div>
            <dt>chosen with</dt>
            <dd>{fixed(group.propensity)}</dd>
          </div>
          <div>
            <dt>scaffold</dt>
            <dd>{group.scaffold ?? "–"}</dd>
          </div>
          <div>
            <dt>state</dt>
            <dd>{group.state}</dd>
          </div>
        </dl>
      </section>
      {group.hints.length > 0 && <HintTable hints={group.hints} />}
      <div className="toolbar">
        <Segments<TokenMeasure>
          label="Tokens coloured by"
          value={measure}
          choices={measures.map((value) => ({ value, label: MEASURE_LABELS[value] }))}
          onChange={(value) => change({ colour: value === "advantage" ? "" : value })}
        />
        <TokenLegend
          measure={measure}
          scale={scale}
          isTold={group.rollouts.some(({ hasTokenStats }) => hasTokenStats)}
        />
      </div>
      <div className="side-by-side">
        <div className="cards">
          {group.rollouts.map((rollout) => (
            <RolloutCard
              key={rollout.id}
              rollout={rollout}
              instructions={group.instructions}
              measure={measure}
              scale={scale}
              isChosen={rollout.id === chosen?.id}
              onChoose={() => {
                change({ rollout: String(rollout.id) });
                // On a narrow window it is below the cards.
                document.getElementById(CHOSEN)?.scrollIntoView({ block: "nearest" });
              }}
            />
          ))}
        </div>
        {chosen !== undefined && <ChosenRollout group={group} rollout={chosen} />}
      </div>
    </>
  );
}

/** The groups before and after it in its run. The colours stay. */
function Neighbours({ group, measure }: { readonly group: GroupDetail; readonly measure: TokenMeasure }): ReactElement {
  const [, navigate] = useLocation();
  const { previous, next, runId } = group;
  const colour = measure === "advantage" ? "" : `?colour=${measure}`;
  const pathOf = (id: number): string => `/runs/${runId}/groups/${id}${colour}`;
  const go = (id: number | null): void => {
    if (id !== null) navigate(pathOf(id));
  };
  useKeys([
    { keys: "n", label: "Next group", run: () => go(next) },
    { keys: "p", label: "Previous group", run: () => go(previous) },
  ]);
  return (
    <nav aria-label="Groups of the run" className="neighbours">
      {previous === null ? (
        <span className="button small muted">← First group</span>
      ) : (
        <Link href={pathOf(previous)} className="button small" rel="prev" title="Previous group (p)">
          ← Previous
        </Link>
      )}
      {next === null ? (
        <span className="button small muted">Last group →</span>
      ) : (
        <Link href={pathOf(next)} className="button small" rel="next" title="Next group (n)">
          Next →
        </Link>
      )}
    </nav>
  );
}

function ChosenRollout({
  group,
  rollout,
}: {
  readonly group: GroupDetail;
  readonly rollout: RolloutDetail;
}): ReactElement {
  return (
    <section id={CHOSEN} className="panel chosen-rollout" aria-labelledby="chosen-title" key={rollout.id}>
      <h2 id="chosen-title">
        Rollout {rollout.number} <span className="muted number">id {rollout.id}</span>
        <SqlButton label="SQL: lineage" sql={`SELECT *\nFROM v_lineage\nWHERE rollout_id = ${rollout.id}`} />
        <SqlButton label="SQL: tokens" sql={`SELECT *\nFROM rollout_tokens(${rollout.id})`} />
      </h2>
      <h3>From problem to checkpoint</h3>
      <Lineage group={group} rollout={rollout} />
      <h3>Verdicts</h3>
      <VerdictList verdicts={rollout.verdicts} instructions={group.instructions} />
      <h3>Prompt</h3>
      <PromptView rollout={rollout} />
      <h3>Response</h3>
      <LongText text={rollout.response} label="Response" />
    </section>
  );
}
