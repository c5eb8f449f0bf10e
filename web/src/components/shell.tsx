import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useLive, type LiveState } from "../data/live.ts";
import { isOnRow, listenToKeys, moveRow, useKeys, type Binding } from "../keys.ts";
import { nextTheme, useThemeChoice } from "../theme.ts";
import { KeysDialog } from "./keys-dialog.tsx";

const LIVE_TEXT: Readonly<Record<LiveState, string>> = {
  connecting: "connecting",
  live: "live",
  lost: "connection lost",
};

const THEME_SIGN = { system: "◐", light: "☀", dark: "☾" } as const;

/** The frame of every page: name, places, whether changes arrive, theme, keys. */
export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const live = useLive();
  const choice = useThemeChoice();
  const [location, navigate] = useLocation();
  const [isHelp, setHelp] = useState(false);
  useEffect(listenToKeys, []);
  useKeys(
    useMemo<Binding[]>(
      () => [
        { keys: "g r", label: "Go to the runs", run: () => navigate("/") },
        { keys: "g s", label: "Go to SQL", run: () => navigate("/sql") },
        { keys: "j", label: "Next row", run: () => moveRow(1) },
        { keys: "k", label: "Previous row", run: () => moveRow(-1) },
        { keys: "ArrowDown", label: "From a row to the next", run: () => moveRow(1), when: isOnRow },
        { keys: "ArrowUp", label: "From a row to the previous", run: () => moveRow(-1), when: isOnRow },
        { keys: "/", label: "Search on this page", run: focusSearch },
        { keys: "t", label: "Next theme: system, light, dark", run: nextTheme },
        { keys: "?", label: "Show the keys", run: () => setHelp(true) },
      ],
      [navigate],
    ),
  );
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="top-bar">
        <Link href="/" className="brand" aria-label="rlvr, all runs">
          rlvr
        </Link>
        <nav aria-label="Places" className="places">
          <Link href="/" aria-current={location === "/" || location === "/compare" ? "page" : undefined}>
            Runs
          </Link>
          <Link href="/sql" aria-current={location === "/sql" ? "page" : undefined}>
            SQL
          </Link>
        </nav>
        <span className={`connection ${live}`} role="status">
          <span className="dot" aria-hidden="true" />
          {LIVE_TEXT[live]}
        </span>
        <button
          type="button"
          className="quiet icon"
          aria-label={`Theme: ${choice}`}
          title={`Theme: ${choice}`}
          onClick={nextTheme}
        >
          {THEME_SIGN[choice]}
        </button>
        <button type="button" className="quiet icon" aria-label="Keys" title="Keys (?)" onClick={() => setHelp(true)}>
          ?
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {isHelp && <KeysDialog onClose={() => setHelp(false)} />}
    </>
  );
}

function focusSearch(): void {
  document.querySelector<HTMLElement>("[data-search]")?.focus();
}
