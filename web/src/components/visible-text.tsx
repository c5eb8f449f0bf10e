import { memo, useState, type ReactElement } from "react";
import { whole } from "../text/format.ts";
import { cutText, visiblePieces } from "../text/visible-pieces.ts";

/** Of a longer text the start is shown, until somebody asks for all of it. */
const SHOWN = 6000;
/** A text is laid out in parts, of which the browser draws those in sight. */
const PART = 8000;

/** A text from data, as text: what would act or could not be seen is shown by its code. */
export const VisibleText = memo(function VisibleText({ text }: { readonly text: string }): ReactElement {
  return (
    <bdi className="visible-text">
      {visiblePieces(text).map((piece, index) =>
        piece.code === null ? (
          piece.text
        ) : (
          <span key={index} className="code-point" title={piece.code}>
            {piece.text}
          </span>
        ),
      )}
    </bdi>
  );
});

/** A text of any length in a box of its own: cut at first, and laid out in parts when shown in full. */
export function LongText({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const [isWhole, setWhole] = useState(false);
  if (text === "") return <p className="muted">(empty)</p>;
  const shown = isWhole ? text : cutText(text, SHOWN);
  const parts: string[] = [];
  for (let from = 0; from < shown.length;) {
    const part = cutText(shown.slice(from, from + PART), PART - 1);
    parts.push(part);
    from += part.length;
  }
  return (
    <div className="long-text" role="region" aria-label={label} tabIndex={0}>
      {parts.map((part, index) => (
        <span key={index} className={isWhole ? "text-part" : undefined}>
          <VisibleText text={part} />
        </span>
      ))}
      {shown.length < text.length && (
        <button type="button" className="small" onClick={() => setWhole(true)}>
          Show all {whole(text.length)} characters
        </button>
      )}
    </div>
  );
}
