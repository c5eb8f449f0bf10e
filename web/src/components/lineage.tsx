import { Fragment, type ReactElement, type ReactNode } from "react";
import type { GroupDetail, RolloutDetail } from "../../../src/server/answers.ts";
import { fixed, signed } from "../text/format.ts";
import { Passed } from "./states.tsx";
import { VisibleText } from "./visible-text.tsx";

/** Why a rollout was trained on, or was not: the chain from its problem to the checkpoint. */
export function Lineage({
  group,
  rollout,
}: {
  readonly group: GroupDetail;
  readonly rollout: RolloutDetail;
}): ReactElement {
  return (
    <ol className="lineage">
      {links(group, rollout).map(([name, content]) => (
        <li key={name}>
          <span className="muted">{name}</span>
          <div>{content}</div>
        </li>
      ))}
    </ol>
  );
}

function links(group: GroupDetail, rollout: RolloutDetail): [string, ReactNode][] {
  const { lineage } = rollout;
  const judged: [string, ReactNode][] = [
    [
      "problem",
      <Fragment key="problem">
        <code>
          <VisibleText text={group.problemKey} />
        </code>
        <small>
          arm <VisibleText text={group.arm} />, chosen with probability {fixed(group.propensity)}
        </small>
      </Fragment>,
    ],
    ["hint", rollout.hint === null ? "none" : <VisibleText text={rollout.hint} />],
    [
      "rollout",
      <Fragment key="rollout">
        {rollout.id}
        <small>
          by policy version {rollout.policyVersion}, seed {rollout.seed}
          {lineage?.replaces != null && `, in place of rollout ${lineage.replaces}`}
        </small>
      </Fragment>,
    ],
    ["verdict", <Passed key="verdict" passed={rollout.passed} />],
    [
      "credit",
      <Fragment key="credit">
        {signed(rollout.advantage)}
        <small>
          reward {fixed(rollout.reward, 2)}
          {rollout.weight !== null && `, weight ${rollout.weight.toExponential(2)}`}
        </small>
      </Fragment>,
    ],
  ];
  if (lineage === null)
    return [
      ...judged,
      [
        rollout.fate === null ? "open" : "dropped",
        rollout.fate === null ? "not decided yet" : <strong key="fate">{rollout.fate.replaceAll("_", " ")}</strong>,
      ],
    ];
  return [
    ...judged,
    [
      "batch",
      <Fragment key="batch">
        <Path path={lineage.batch} />
        <small>
          {lineage.minibatch !== null && `optimiser step ${lineage.minibatch}, `}
          <Hash sha256={lineage.batchSha256} />
        </small>
      </Fragment>,
    ],
    [
      "checkpoint",
      lineage.trainedIntoVersion === null ? (
        "not trained yet"
      ) : (
        <Fragment key="checkpoint">
          version {lineage.trainedIntoVersion}
          <small>
            {lineage.checkpoint === null ? "files removed since" : <Path path={lineage.checkpoint} />}{" "}
            <Hash sha256={lineage.checkpointSha256} />
          </small>
        </Fragment>
      ),
    ],
  ];
}

/** The last parts of a path; the whole is its title. */
function Path({ path }: { readonly path: string }): ReactElement {
  return (
    <code title={path}>
      <VisibleText text={path.split("/").slice(-2).join("/")} />
    </code>
  );
}

function Hash({ sha256 }: { readonly sha256: string | null }): ReactElement {
  return sha256 === null ? <>no hash</> : <code title={`sha256 ${sha256}`}>{sha256.slice(0, 8)}</code>;
}
