import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { RunDetail, TrainerAnswer } from "../../../src/server/answers.ts";
import { CopiedPath } from "../components/copied-path.tsx";
import { LogText } from "../components/log-text.tsx";
import { SeriesFigure } from "../components/series-figure.tsx";
import { SqlButton } from "../components/sql-button.tsx";
import { Answer, Empty, StateChip } from "../components/states.tsx";
import { VisibleText } from "../components/visible-text.tsx";
import { answers } from "../data/answers.ts";
import { duration, moment, whole } from "../text/format.ts";
import { useTitle } from "../use-title.ts";

const MEMORY = "train.peak_memory_gib";

/** The trainer's jobs and the policy server's log, newest first, with the versions that stand on disk. */
export function TrainerPage({ run }: { readonly run: RunDetail }): ReactElement {
  useTitle(`Trainer of #${run.id}`);
  const query = useQuery(answers.trainer(run.id));
  return (
    <>
      <div className="page-head">
        <h1>Trainer</h1>
        <SqlButton sql={`SELECT *\nFROM trainer_jobs\nWHERE run_id = ${run.id}\nORDER BY epoch DESC`} />
      </div>
      <Answer query={query}>
        {({ jobs: [newest, ...older], history, versions, serverLog }) =>
          newest === undefined && serverLog === null ? (
            <Empty>No trainer was started yet.</Empty>
          ) : (
            <div className="trainer">
              <div>
                {newest !== undefined && <Job job={newest} />}
                {serverLog !== null && <ServerLog log={serverLog} />}
                {older.map((job) => (
                  <Job key={job.epoch} job={job} />
                ))}
              </div>
              <div>
                <Versions versions={versions} />
                {run.metrics.includes(MEMORY) && <Memory run={run} />}
                <History history={history} />
              </div>
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
        <LogText text={job.log} label={`Log of epoch ${job.epoch}`} />
      )}
    </section>
  );
}

function ServerLog({ log }: { readonly log: NonNullable<TrainerAnswer["serverLog"]> }): ReactElement {
  return (
    <section className="panel" aria-labelledby="server-log-title">
      <h2 id="server-log-title">Policy server</h2>
      <p>
        <CopiedPath path={log.path} label="the path of the log" />
      </p>
      <h3>End of its log</h3>
      <LogText text={log.text} label="Log of the policy server" />
    </section>
  );
}

function Versions({ versions }: { readonly versions: TrainerAnswer["versions"] }): ReactElement {
  return (
    <section className="panel" aria-labelledby="versions-title">
      <h2 id="versions-title">Versions on disk</h2>
      {versions.length === 0 ? (
        <p className="muted">None yet: the first step that trains makes one.</p>
      ) : (
        <ol className="versions" aria-label="Versions on disk" tabIndex={0}>
          {versions.map((version) => (
            <li key={version.policyVersion}>
              <p>
                <strong>Version {version.policyVersion}</strong>{" "}
                <span className="muted">
                  step {version.step}, {moment(version.createdAt)}
                </span>
              </p>
              <dl className="paths">
                <dt>export</dt>
                <dd>
                  <CopiedPath
                    path={version.export}
                    label={`the path of the export of version ${version.policyVersion}`}
                  />
                </dd>
                <dt>checkpoint</dt>
                <dd>
                  {version.checkpoint === null ? (
                    <span className="muted">none of this version</span>
                  ) : (
                    <CopiedPath
                      path={version.checkpoint}
                      label={`the path of the checkpoint of version ${version.policyVersion}`}
                    />
                  )}
                </dd>
              </dl>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Memory({ run }: { readonly run: RunDetail }): ReactElement {
  const query = useQuery(answers.metrics(run.id, { names: MEMORY, points: "300" }));
  return (
    <Answer query={query}>
      {({ series }) => (
        <SeriesFigure
          title="Peak memory of the trainer, GiB"
          hint="The most that its process had taken by each step; on a GPU, what PyTorch reserved there."
          series={series.map((one) => ({ ...one, name: "GiB" }))}
          height={140}
        />
      )}
    </Answer>
  );
}

function History({ history }: { readonly history: TrainerAnswer["history"] }): ReactElement {
  return (
    <section className="panel" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <ol className="history">
        {history.map((change, index) => (
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
