import { html, raw } from "hono/html";

/** Colours and measures of web/src/styles, which nobody without the token can load. */
const STYLE = raw(`
  :root { color-scheme: light dark; }
  body { margin: 0; background: light-dark(#f6f7f8, #121519); color: light-dark(#1d2126, #e4e7eb);
    font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
  main { box-sizing: border-box; max-width: 620px; margin: 12vh auto 0; padding: 0 20px 40px; }
  section { padding: 20px 24px; border: 1px solid light-dark(#e2e5e9, #2c323a); border-radius: 8px;
    background: light-dark(#ffffff, #1b1f24); }
  .brand { margin: 0 0 12px; font-weight: 700; }
  h1 { margin: 0 0 12px; font-size: 20px; line-height: 1.3; }
  h1 code { font-size: 17px; }
  p { margin: 0 0 12px; }
  .muted { margin: 16px 0 0; color: light-dark(#59616b, #9ba5b0); font-size: 13px; }
  a { color: light-dark(#0b5cad, #6cb4ff); }
  code { padding: 1px 5px; border-radius: 4px; background: light-dark(#f1f3f5, #14181c); white-space: nowrap;
    font: 13px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
`);

type Page = ReturnType<typeof html>;

/** What a person sees who opens the dashboard without its token: how to get in. */
export function lockedPage(): Page {
  return page(
    "rlvr: open the link",
    html`
      <h1>Open the link that <code>rlvr serve</code> prints</h1>
      <p>Others can reach this address too, so the dashboard lets in only browsers that opened its link.</p>
      <p>
        The link is in the terminal where <code>rlvr serve</code> runs, and ends in <code>?token=…</code>. If that
        terminal is gone, stop the server and start it again: <code>rlvr serve --open</code> opens the link by itself.
      </p>
      <p>A restart makes a new token: bookmarks and pages from before work again once you open the new link.</p>
      <p class="muted">Came from a link elsewhere, in a browser that is already let in? <a href="">Try again</a></p>
    `,
  );
}

/** Leads on to a path of this server, in place of itself in the browser's history. */
export function enteredPage(path: string): Page {
  return page(
    "rlvr",
    html`<h1><a href="${path}">Open the dashboard</a></h1>`,
    html`<meta http-equiv="refresh" content="0;url=${path}" />`,
  );
}

function page(title: string, content: Page, head: Page | string = ""): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${head}
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <p class="brand">rlvr</p>
          <section>${content}</section>
        </main>
      </body>
    </html>`;
}
