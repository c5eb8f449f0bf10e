import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactElement } from "react";
import type { GroupDetail, RolloutDetail } from "../../../src/server/answers.ts";
import { answers } from "../data/answers.ts";
import { failedParts } from "../text/checked-parts.ts";
import { fixed, signed } from "../text/format.ts";
import { CheckedList } from "./checked-list.tsx";
import type { TokenMeasure } from "../text/token-colours.ts";
import { Fate } from "./rollout-table.tsx";
import { Passed } from "./states.tsx";
import { Tokens } from "./tokens.tsx";
import { LongText, VisibleText } from "./visible-text.tsx";

/** A rollout of a group beside its fellows: what came of it, and its tokens as soon as it is in sight. */
export function RolloutCard({
  rollout,
  instructions,
  measure,
  scale,
  isChosen,
  onChoose,
}: {
  readonly rollout: RolloutDetail;
  /** Of the group's problem. */
  readonly instructions: GroupDetail["instructions"];
  readonly measure: TokenMeasure;
  readonly scale: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): ReactElement {
  const [card, isSeen] = useSeen();
  const query = useQuery(answers.tokens(rollout.id, isSeen));
  const tokens = query.data?.tokens ?? [];
  const failed = failedParts(rollout.verdicts, instructions);
  const label = `Rollout ${rollout.number}`;
  return (
    <article ref={card} className={`panel card ${isChosen ? "chosen" : ""}`} aria-label={label}>
      <header>
        <button type="button" className="quiet card-name" data-row aria-pressed={isChosen} onClick={onChoose}>
          {label}
        </button>
        <Passed passed={rollout.passed} />
        {rollout.hint !== null && (
          <span className="chip warn">
            hint <VisibleText text={rollout.hint} />
          </span>
        )}
      </header>
      {tokens.length > 0 ? (
        <Tokens tokens={tokens} measure={measure} scale={scale} label={label} />
      ) : (
        <LongText text={rollout.response} label={label} />
      )}
      {query.data?.note != null && (
        <p className="muted small-text">
          <VisibleText text={query.data.note} />
        </p>
      )}
      {(measure === "entropy" || measure === "ratio") && !rollout.hasTokenStats && (
        <p className="muted small-text">
          {rollout.fate === "trained"
            ? "Its trainer told nothing of its tokens."
            : "Not trained: no trainer looked at its tokens."}
        </p>
      )}
      {failed.length > 0 && <CheckedList parts={failed} />}
      <dl className="facts">
        <div>
          <dt>reward</dt>
          <dd>{fixed(rollout.reward, 2)}</dd>
        </div>
        <div>
          <dt>advantage</dt>
          <dd>{signed(rollout.advantage)}</dd>
        </div>
        {rollout.advantage2 !== null && (
          <div>
            <dt>second advantage</dt>
            <dd>{signed(rollout.advantage2)}</dd>
          </div>
        )}
        <div>
          <dt>read as</dt>
          <dd>{rollout.extracted === null ? "–" : <VisibleText text={rollout.extracted.slice(0, 80)} />}</dd>
        </div>
        <div>
          <dt>fate</dt>
          <dd>
            <Fate fate={rollout.fate} />
          </dd>
        </div>
        {rollout.finishReason !== "stop" && (
          <div>
            <dt>ended by</dt>
            <dd>{rollout.finishReason}</dd>
          </div>
        )}
      </dl>
    </article>
  );
}

/** Whether an element has come into sight: a group of hundreds asks for the tokens of those that are looked at. */
function useSeen(): [React.RefObject<HTMLElement | null>, boolean] {
  const place = useRef<HTMLElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        setSeen(true);
        observer.disconnect();
      },
      { rootMargin: "300px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, isSeen];
}
