import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { RunDetail, TrainerAnswer } from "../../../src/server/answers.ts";
import { SqlButton } from "../components/sql-button.tsx";
import { Answer, Empty, StateChip } from "../components/states.tsx";
import { LongText, VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { duration, moment, whole } from "../text/format.ts";
import { useTitle } from "../use-title.ts";

/** The trainer's jobs: their states, what they said last, and how they came there. */
export function TrainerPage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`Trainer of #${run.id}`);
  const query = useQuery(answers.trainer(run.id));
  return (
    <>
      <div className="page-head">
        <h1>Trainer</h1>
        <SqlButton sql={`SELECT *\nFROM trainer_jobs\nWHERE run_id = ${run.id}`} />
      </div>
      <Answer query={query}>
        {({ jobs, history }) =>
          jobs.length === 0 ? (
            <Empty>No trainer was started yet.</Empty>
          ) : (
            <div className="trainer">
              <div>
                {jobs.toReversed().map((job) => (
                  <Job key={job.epoch} job={job} />
                ))}
              </div>
              <History history={history} />
            </div>
          )
        }
      </Answer>
    </>
  );
}

function Job({ job }: { readonly job: TrainerAnswer["jobs"][number] }): ReactElement {
  const { heartbeat } = job;
  return (
    <section className="panel" aria-label={`Epoch ${job.epoch}`}>
      <h2>
        Epoch {job.epoch} <StateChip state={job.state} />
      </h2>
      {job.detail !== null && (
        <p>
          <VisibleText text={job.detail} />
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>driver</dt>
          <dd>{job.driver}</dd>
        </div>
        <div>
          <dt>from version</dt>
          <dd>{job.startedFromVersion}</dd>
        </div>
        <div>
          <dt>checkpoints</dt>
          <dd>{whole(job.checkpoints)}</dd>
        </div>
        <div>
          <dt>started</dt>
          <dd>{moment(job.createdAt)}</dd>
        </div>
        <div>
          <dt>newest state</dt>
          <dd>{moment(job.updatedAt)}</dd>
        </div>
        <div>
          <dt>heartbeat</dt>
          <dd>
            {heartbeat === null
              ? "none"
              : `${heartbeat.phase}, beat ${whole(heartbeat.counter)}, ${duration(heartbeat.ageSeconds)} ago`}
          </dd>
        </div>
      </dl>
      <h3>End of its log</h3>
      {job.log === null ? (
        <p className="muted">It has no log, or its folder is gone.</p>
      ) : (
        <LongText text={job.log} label={`Log of epoch ${job.epoch}`} />
      )}
    </section>
  );
}

function History({ history }: { readonly history: TrainerAnswer["history"] }): ReactElement {
  return (
    <section className="panel" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <ol className="history">
        {history.toReversed().map((change, index) => (
          <li key={history.length - index}>
            <time dateTime={change.at} className="number muted">
              {moment(change.at)}
            </time>
            <span>
              epoch {change.epoch} <StateChip state={change.state} />
            </span>
            <span className="muted">
              <VisibleText text={change.detail} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
