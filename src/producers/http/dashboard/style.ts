// How the dashboard looks: one column on a phone, cards beside each other where there is room, light and dark by the reader's setting.

/** The page's policy names its hash: an inline style that is not this one has no effect. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #526173; --page: #f4f6f8; --card: #fff; --line: #dce3ea; --accent: #0f766e;
  --good: #15803d; --warn: #b45309; --bad: #b91c1c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --soft: #9aaaba; --page: #0f151c; --card: #18212b; --line: #2b3744; --accent: #5eead4;
    --good: #4ade80; --warn: #fbbf24; --bad: #f87171 }
}
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--page); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word }
body > header, main, footer { width: min(76rem, 100%); margin-inline: auto; padding-inline: clamp(1rem, 3vw, 2rem) }
body > header { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1.2rem; padding-block: 1.1rem }
.brand { display: flex; align-items: center; gap: .6rem; margin-right: auto }
.brand img { width: 2rem; height: 2rem }
h1 { margin: 0; font-size: 1.35rem; letter-spacing: -.02em }
.env { padding: .1rem .6rem; border-radius: 99px; font-size: .8rem; font-weight: 600; border: 1px solid currentColor; color: var(--accent) }
.env.live { color: var(--bad) }
.alarm { padding: .15rem .7rem; border-radius: 99px; font-size: .9rem; font-weight: 600; color: var(--warn); border: 1px solid currentColor }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem }
nav a { padding-block: .35rem }
.account { display: flex; align-items: center; gap: .8rem; margin: 0 }
.account a { color: var(--soft); overflow-wrap: anywhere }
button { padding: .3rem .8rem; font: inherit; font-size: .92rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .5rem; cursor: pointer; white-space: nowrap }
button:hover { border-color: var(--soft) }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
a { color: var(--accent); text-decoration: none }
a:hover { text-decoration: underline }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: .2rem }
main { display: grid; gap: 2rem; grid-template-columns: minmax(0, 1fr) }
section, .cards > *, .waiting > *, .tiles > * { min-width: 0 }
h2 { margin: 0 0 .75rem; font-size: 1.1rem }
h3 { margin: 0; font-size: 1.02rem }
p { margin: 0 }
ul, ol { margin: 0; padding: 0; list-style: none }
code { font: .86em ui-monospace, SFMono-Regular, Menlo, monospace; color: var(--soft) }
.count { color: var(--soft); font-weight: 400 }
.soft { color: var(--soft) }
.good { color: var(--good) }
.warn { color: var(--warn) }
.bad { color: var(--bad) }
.empty { padding: 1rem 1.15rem; border: 1px dashed var(--line); border-radius: .7rem; color: var(--soft) }
.empty.good { color: var(--good) }
.tag { display: inline-block; padding: 0 .5rem; border-radius: .35rem; font-size: .8rem; border: 1px solid currentColor; white-space: nowrap }
.cards { display: grid; gap: 1rem; align-items: start; grid-template-columns: repeat(auto-fill, minmax(min(23rem, 100%), 1fr)) }
.card, .waiting li, table { background: var(--card); border: 1px solid var(--line); border-radius: .7rem }
.card { padding: 1.1rem 1.2rem; display: flex; flex-direction: column; gap: .2rem }
.card header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .6rem }
.card .empty { margin-top: .5rem }
.card header .tag { margin-left: auto }
.money { font-size: 1.05rem; color: var(--soft); margin-top: .4rem }
.money strong { font-size: 2rem; line-height: 1.2; letter-spacing: -.02em; color: var(--ink) }
.money.low strong { color: var(--bad) }
.card .soft { font-size: .92rem }
.plot { margin: .8rem 0 .4rem }
.plot svg { display: block; width: 100%; height: 4.5rem; overflow: visible }
.plot path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round }
.plot .line { stroke: var(--accent); stroke-width: 2 }
.plot .area { fill: var(--accent); fill-opacity: .12; stroke: none }
.plot .minimum { stroke: var(--bad); stroke-width: 1.2; stroke-dasharray: 5 4 }
.plot figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin-top: .3rem; font-size: .8rem; color: var(--soft) }
.legend::before { content: ""; display: inline-block; width: 1.3rem; margin-right: .4rem; vertical-align: middle; border-top: 2px dashed var(--bad) }
.facts { display: grid; gap: .3rem; margin-top: .3rem; font-size: .95rem }
.facts li { padding-left: 1.1rem; position: relative }
.facts li::before { content: ""; position: absolute; left: 0; top: .5em; width: .5rem; height: .5rem; border-radius: 99px; background: currentColor }
.waiting { display: grid; gap: .75rem }
.waiting li { padding: .9rem 1.15rem; border-left: 4px solid var(--warn); display: grid; gap: .25rem }
.troubles { display: grid; gap: .6rem; margin: .5rem 0 .2rem }
.troubles li { padding-left: .8rem; border-left: 4px solid var(--warn); display: grid; gap: .15rem; overflow-wrap: anywhere }
.next::before { content: "→ "; color: var(--accent) }
.tiles { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)) }
.tiles a { display: block; height: 100%; padding: .6rem .85rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--card); color: var(--soft); font-size: .9rem }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.3; font-weight: 600 }
.tiles .on b { color: var(--ink) }
.tiles .on.attention b, .tiles .on.expired b, .tiles .on.failed b { color: var(--bad) }
.tiles .on.issued b { color: var(--good) }
.ends { margin-bottom: .6rem }
table { width: 100%; border-collapse: separate; border-spacing: 0 }
th, td { padding: .55rem .9rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line) }
thead th { border-top: 0; font-size: .85rem; font-weight: 600; color: var(--soft) }
.day { white-space: nowrap }
.name { overflow-wrap: anywhere; width: 50% }
td.number, th.number { text-align: right; white-space: nowrap }
.two { display: grid; gap: 2rem; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)) }
footer { padding-block: 2rem; color: var(--soft); font-size: .88rem }
@media (max-width: 30rem) { th, td { padding-inline: .5rem; font-size: .9rem } thead th { font-size: .78rem } }
`;
