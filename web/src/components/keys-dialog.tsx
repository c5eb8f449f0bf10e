import { useEffect, useRef, type ReactElement } from "react";
import { setKeysOn, useBindings, useKeysOn } from "../keys.ts";

const SIGNS: Readonly<Record<string, string>> = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc", Enter: "↵" };

/** All keys that do something on the page that is shown. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const bindings = useBindings();
  const isOn = useKeysOn();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="keys-title" className="keys-dialog">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {bindings.flat().map(({ keys, label }) => (
          <div key={keys}>
            <dt>
              {keys.split(" or ").map((way, index) => (
                <span key={way}>
                  {index > 0 && " or "}
                  {way.split(" ").map((key) => (
                    <kbd key={key}>{SIGNS[key] ?? key}</kbd>
                  ))}
                </span>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Close, or leave a field</dd>
        </div>
      </dl>
      <label className="check">
        <input type="checkbox" checked={isOn} onChange={({ target }) => setKeysOn(target.checked)} />
        Single keys do something
      </label>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
