/** The report's style: light and dark as the reader's screen is, black on white on paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1d2126; --muted: #59616b; --line: #dfe3e7; --surface: #ffffff; --sunk: #f5f6f8; }
img { max-width: 100%; height: auto; display: block; }
img.dark { display: none; }
@media screen and (prefers-color-scheme: dark) {
  img.light { display: none; }
  img.dark { display: block; }
  :root { --text: #e4e7eb; --muted: #9ba5b0; --line: #2f353c; --surface: #1b1f24; --sunk: #14171b; }
}
body { margin: 0 auto; max-width: 980px; padding: 24px; background: var(--surface); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere; }
h2, h3, h4 { break-after: avoid; }
h2 { font-size: 19px; margin: 36px 0 10px; border-bottom: 1px solid var(--line); padding-bottom: 4px; }
h3 { font-size: 16px; margin: 22px 0 8px; }
h4 { font-size: 13px; margin: 8px 0 4px; }
.meta, figcaption, summary { color: var(--muted); font-size: 13px; }
figcaption strong { color: var(--text); font-size: 14px; }
.story { font-size: 17px; margin: 12px 0 2px; }
figure { margin: 14px 0; break-inside: avoid; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 4px 20px; }
table { border-collapse: collapse; font-size: 14px; margin: 10px 0; }
th, td { padding: 3px 18px 3px 0; text-align: left; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--muted); font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; }
pre { background: var(--sunk); padding: 8px 10px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere;
  unicode-bidi: plaintext; }
article { border-left: 3px solid var(--line); padding-left: 12px; margin: 14px 0; break-inside: avoid; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
footer { color: var(--muted); font-size: 12px; margin-top: 40px; }
@media print { body { max-width: none; padding: 0; font-size: 12px; } details { display: none; } .story { font-size: 14px; }
  .grid { grid-template-columns: 1fr 1fr; } }
`;
