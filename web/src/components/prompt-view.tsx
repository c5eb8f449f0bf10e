import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { RolloutDetail, TokenText } from "../../../src/server/answers.ts";
import { answers } from "../data/answers.ts";
import { whole } from "../text/format.ts";
import { promptPieces } from "../text/prompt-pieces.ts";
import { FaultBox } from "./states.tsx";
import { LongText, VisibleText } from "./visible-text.tsx";

/** Of a longer prompt the first tokens are shown, until somebody asks for all. */
const SHOWN = 4000;

/** The whole prompt of a rollout as the policy saw it: decoded from its token ids, special tokens marked. */
export function PromptView({ rollout }: { readonly rollout: RolloutDetail }): ReactElement {
  const { data, error } = useQuery(answers.prompt(rollout.promptId, rollout.id));
  if (error !== null) return <FaultBox error={error} />;
  if (data === undefined) return <p className="muted">Loading…</p>;
  if (data.note === null) return <PromptTokens tokens={data.tokens} />;
  return (
    <>
      <LongText text={rollout.prompt} label="Prompt" />
      <p className="muted small-text">
        Without the chat template: <VisibleText text={data.note} />
      </p>
    </>
  );
}

function PromptTokens({ tokens }: { readonly tokens: readonly TokenText[] }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? tokens : tokens.slice(0, SHOWN);
  return (
    <>
      <div className="long-text" role="region" aria-label="Prompt" tabIndex={0}>
        {promptPieces(shown).map(({ text, isSpecial }, index) =>
          isSpecial ? (
            <span key={index} className="special-token">
              <VisibleText text={text} />
            </span>
          ) : (
            <VisibleText key={index} text={text} />
          ),
        )}
      </div>
      <p className="muted small-text number">
        {whole(tokens.length)} tokens, chat template included{" "}
        {shown.length < tokens.length && (
          <button type="button" className="small" onClick={() => setWhole(true)}>
            Show all
          </button>
        )}
      </p>
    </>
  );
}
