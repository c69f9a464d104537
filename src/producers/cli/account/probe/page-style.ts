// How the page of a first contact looks: one column, tables that become lists on a phone, light and dark by the reader's setting.
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #526173; --page: #f4f6f8; --card: #fff; --line: #dce3ea; --accent: #0f766e;
  --good: #15803d; --bad: #b91c1c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --soft: #9aaaba; --page: #0f151c; --card: #18212b; --line: #2b3744; --accent: #5eead4; --good: #4ade80; --bad: #f87171 }
}
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--page); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
header, main, footer { width: min(66rem, 100%); margin-inline: auto; padding: 0 clamp(1rem, 3vw, 2rem) }
header { padding-block: 2rem 1.5rem }
h1 { margin: .1rem 0; font-size: 1.9rem; letter-spacing: -.02em; line-height: 1.2 }
h2 { margin: 0 0 .75rem; font-size: 1.15rem }
h2 .soft { font-weight: 400; font-size: .95rem }
h3 { margin: 0; font-size: 1.02rem }
h3 .soft { font-weight: 400 }
p, dl, dd, ol { margin: 0; padding: 0 }
main { display: grid; gap: 2.2rem; grid-template-columns: minmax(0, 1fr) }
section { min-width: 0 }
.soft { color: var(--soft) }
.good { color: var(--good) }
.bad { color: var(--bad) }
.verdict { margin: 1.1rem 0 .6rem; padding: .8rem 1.1rem; border: 1px solid currentColor; border-radius: .7rem; background: var(--card);
  font-size: 1.12rem; font-weight: 600 }
code { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, monospace }
pre { margin: .5rem 0 0; padding: .8rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; background: var(--card);
  font: .88rem/1.55 ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: normal }
.differences { display: grid; gap: .9rem; list-style: none }
.differences li { padding: 1rem 1.2rem; display: grid; gap: .3rem; border: 1px solid var(--line); border-left: 4px solid var(--bad);
  border-radius: .7rem; background: var(--card); min-width: 0 }
.differences pre { background: var(--page) }
.kind { color: var(--bad); font-weight: 600 }
dl { display: grid; gap: .8rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); padding: 1.1rem 1.2rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .7rem }
dt { font-size: .85rem; font-weight: 600; color: var(--soft) }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: .7rem }
th, td { padding: .5rem .9rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line) }
thead th { border-top: 0; font-size: .85rem; font-weight: 600; color: var(--soft); white-space: nowrap }
td.number, th.number { text-align: right; white-space: nowrap }
footer { padding-block: 2rem; color: var(--soft); font-size: .9rem; display: grid; gap: .3rem }
@media (max-width: 44rem) {
  table.stack, .stack tbody, .stack tr, .stack td { display: block }
  .stack thead { display: none }
  .stack tr { padding: .6rem .9rem; border-top: 1px solid var(--line) }
  .stack tbody tr:first-child { border-top: 0 }
  .stack td, .stack td.number { padding: .1rem 0; border: 0; text-align: left; white-space: normal }
  .stack td:not(:first-child)::before { content: attr(data-label) ": "; color: var(--soft) }
}
@media print { body { background: none } .differences li, tr { break-inside: avoid } }
`;
