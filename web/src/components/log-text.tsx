import { useEffect, useRef, type ReactElement } from "react";
import { VisibleText } from "./visible-text.tsx";

/** How far from its end a log may be scrolled and still follow it, in pixels. */
const NEAR = 40;

/** The end of a log, scrolled to its newest line for as long as nobody scrolls up. */
export function LogText({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const isFollowed = useRef(true);
  useEffect(() => {
    if (place.current !== null && isFollowed.current) place.current.scrollTop = place.current.scrollHeight;
  });
  if (text.trim() === "") return <p className="muted">Nothing was written yet.</p>;
  return (
    <div
      ref={place}
      className="long-text"
      role="region"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isFollowed.current = scrollHeight - scrollTop - clientHeight < NEAR;
      }}
    >
      <VisibleText text={text.trimEnd()} />
    </div>
  );
}
