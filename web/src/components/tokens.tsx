import { useState, type KeyboardEvent, type PointerEvent, type ReactElement } from "react";
import type { TokenDetail } from "../../../src/server/answers.ts";
import { fixed, signed, whole } from "../text/format.ts";
import { strengthClass, tokenStrength, type TokenMeasure } from "../text/token-colours.ts";
import { VisibleText } from "./visible-text.tsx";

/** Of a longer completion the first tokens are shown, until somebody asks for all. */
const SHOWN = 1200;

/** A completion's tokens coloured by a measure; the one under the pointer, or chosen by the arrows, is told in numbers. */
export function Tokens({
  tokens,
  measure,
  scale,
  label,
}: {
  readonly tokens: readonly TokenDetail[];
  readonly measure: TokenMeasure;
  readonly scale: number;
  readonly label: string;
}): ReactElement {
  const [at, setAt] = useState<number | null>(null);
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? tokens : tokens.slice(0, SHOWN);
  const token = at === null ? undefined : shown[at];
  return (
    <div className="tokens-box">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a stop for the keyboard of its own, not one for each of a thousand tokens */}
      <div
        className="tokens"
        role="group"
        aria-label={`${label}: ${whole(tokens.length)} tokens. Arrows go from token to token.`}
        tabIndex={0}
        onPointerOver={(event) => setAt(placeOf(event))}
        onPointerLeave={() => setAt(null)}
        onKeyDown={(event) => onArrow(event, at, shown.length, setAt)}
        onBlur={() => setAt(null)}
      >
        {shown.map((one, index) => (
          <span
            key={index}
            data-at={index}
            className={`${strengthClass(tokenStrength(one, measure, scale), measure)}${one.isSpecial ? " special" : ""}${index === at ? " current" : ""}`}
          >
            {one.text === null ? `⟨${one.id}⟩` : <TokenText text={one.text} />}
          </span>
        ))}
      </div>
      {shown.length < tokens.length && (
        <button type="button" className="small" onClick={() => setWhole(true)}>
          Show all {whole(tokens.length)} tokens
        </button>
      )}
      <p className="token-readout number" aria-live="polite">
        {token === undefined ? (
          <span className="muted">{whole(tokens.length)} tokens</span>
        ) : (
          <>
            <span>#{(at ?? 0) + 1}</span>
            <span>id {token.id}</span>
            <span>log p {fixed(token.logprob)}</span>
            <span>p {fixed(Math.exp(token.logprob))}</span>
            {token.teacherLogprob !== null && (
              <>
                <span>teacher {fixed(token.teacherLogprob)}</span>
                <span>teacher ÷ policy {fixed(Math.exp(token.teacherLogprob - token.logprob))}</span>
              </>
            )}
            {token.entropy !== null && <span>entropy {fixed(token.entropy)} nats</span>}
            {token.logRatio !== null && <span>trainer ÷ sampler {fixed(Math.exp(token.logRatio))}</span>}
            <span>advantage {signed(token.advantage)}</span>
            {token.weight !== null && <span>weight {token.weight.toExponential(1)}</span>}
          </>
        )}
      </p>
    </div>
  );
}

/** A token's text; one that is only white space shows it. */
function TokenText({ text }: { readonly text: string }): ReactElement {
  if (text === "") return <span title="a token without text">∅</span>;
  if (/^\n+$/.test(text))
    return (
      <>
        <span className="code-point">{"↵".repeat(text.length)}</span>
        {text}
      </>
    );
  return <VisibleText text={text} />;
}

function placeOf(event: PointerEvent): number | null {
  const place = (event.target as HTMLElement).closest<HTMLElement>("[data-at]")?.dataset.at;
  return place === undefined ? null : Number(place);
}

function onArrow(event: KeyboardEvent, at: number | null, length: number, setAt: (at: number | null) => void): void {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10 }[event.key];
  if (by === undefined || length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  setAt(at === null ? 0 : Math.min(length - 1, Math.max(0, at + by)));
}
