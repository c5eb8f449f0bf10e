import type { ReactElement } from "react";
import { cutText } from "../text/visible-pieces.ts";
import type { CheckedPart } from "../text/checked-parts.ts";
import { VisibleText } from "./visible-text.tsx";

const MOST = 60;
const NOTE = 300;

/** Parts of a verdict, each with its sign and in words for those who do not see it. */
export function CheckedList({ parts }: { readonly parts: readonly CheckedPart[] }): ReactElement {
  return (
    <ul className="checked-list">
      {parts.slice(0, MOST).map(({ name, note, passed }, index) => (
        <li key={index}>
          <span className={passed === null ? "muted" : passed ? "verdict good" : "verdict bad"}>
            <span aria-hidden="true">{passed === null ? "–" : passed ? "✓" : "✗"}</span>
            <span className="hidden">{passed === null ? "no verdict" : passed ? "passed" : "failed"}:</span>
          </span>{" "}
          <code>
            <VisibleText text={cutText(name, NOTE)} />
          </code>
          {note !== null && (
            <span className="muted">
              {" "}
              <VisibleText text={cutText(note, NOTE)} />
            </span>
          )}
        </li>
      ))}
      {parts.length > MOST && <li className="muted">and {parts.length - MOST} more</li>}
    </ul>
  );
}
