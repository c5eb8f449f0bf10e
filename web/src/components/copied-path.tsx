import { useRef, useState, type ReactElement } from "react";
import { VisibleText } from "./visible-text.tsx";

/** How long a copy is confirmed, in milliseconds. */
const CONFIRMED_MS = 2000;

/** A path with a button that copies it; where the browser lets no page copy, the path is selected for the keyboard to. */
export function CopiedPath({ path, label }: { readonly path: string; readonly label: string }): ReactElement {
  const place = useRef<HTMLElement>(null);
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    // Only a page of a secure context may: one that is reached over plain HTTP by another machine's name is none.
    const isCopied = await navigator.clipboard?.writeText(path).then(
      () => true,
      () => false,
    );
    if (isCopied !== true && place.current !== null) getSelection()?.selectAllChildren(place.current);
    setSaid(isCopied === true ? "copied" : "selected");
    setTimeout(() => setSaid(""), CONFIRMED_MS);
  };
  return (
    <span className="copied-path">
      <code ref={place}>
        <VisibleText text={path} />
      </code>
      <button type="button" className="small" aria-label={`Copy ${label}`} onClick={() => void copy()}>
        {said === "" ? "Copy" : said}
      </button>
      <span className="hidden" role="status">
        {said === "" ? "" : `${label} ${said}`}
      </span>
    </span>
  );
}
