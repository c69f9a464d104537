// How the small pages look: one card in the middle, in the colours of the dashboard, light and dark by the reader's setting.
import { createHash } from "node:crypto";

/** The page's policy names its hash: an inline style that is not this one has no effect. */
export const CARD_STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #526173; --page: #f4f6f8; --card: #fff; --line: #dce3ea; --accent: #0f766e;
  --on-accent: #fff; --field: #fff; --edge: #8494a5; --bad: #b91c1c; --good: #15803d }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --soft: #9aaaba; --page: #0f151c; --card: #18212b; --line: #2b3744; --accent: #5eead4;
    --on-accent: #06231f; --field: #0f151c; --edge: #64768a; --bad: #f87171; --good: #4ade80 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; grid-template-rows: 1fr auto; justify-items: center; align-items: center;
  padding: 1.5rem 1rem; color: var(--ink); background: var(--page); overflow-wrap: break-word;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif }
main { width: min(25rem, 100%); padding: 2rem clamp(1.2rem, 6vw, 2.2rem) 2.2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px -12px rgb(0 0 0 / .14) }
.brand { display: flex; align-items: center; gap: .55rem; margin-bottom: 1.6rem; font-weight: 600; letter-spacing: -.01em }
.brand img { width: 1.75rem; height: 1.75rem }
.env { margin-left: auto; padding: .05rem .6rem; border-radius: 99px; font-size: .8rem; font-weight: 600; letter-spacing: 0; border: 1px solid currentColor; color: var(--accent) }
.env.live { color: var(--bad) }
h1 { margin: 0 0 .3rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.02em }
h2 { margin: 1.5rem 0 .3rem; font-size: 1.05rem }
p, ul, pre { margin: 0 }
ul { padding-left: 1.2rem }
li + li { margin-top: .35rem }
p + p { margin-top: .6rem }
.soft { color: var(--soft) }
.small { font-size: .9rem }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere }
.command { display: block; margin-top: .7rem; padding: .7rem .85rem; color: var(--ink); font-size: .8125rem; line-height: 1.5; border: 1px solid var(--line); border-radius: .6rem; background: var(--page) }
pre.command { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
form { display: grid; gap: .35rem; margin-top: 1.3rem }
label { font-size: .92rem; font-weight: 600 }
label + input { margin-bottom: .75rem }
input { width: 100%; padding: .65rem .8rem; color: inherit; font: inherit; background: var(--field); border: 1px solid var(--edge); border-radius: .6rem }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
button, .button { display: block; width: 100%; margin-top: .5rem; padding: .7rem 1rem; font: inherit; font-weight: 600; text-align: center; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .6rem; text-decoration: none }
button:hover, .button:hover { filter: brightness(1.08) }
.actions { display: grid; gap: .7rem; margin-top: 1.4rem }
.actions form, .actions button, .actions .button { margin: 0 }
.hint { margin-top: 1.6rem; padding-top: 1.2rem; border-top: 1px solid var(--line) }
.plain { color: var(--ink); background: none; border-color: var(--edge) }
.or { display: flex; align-items: center; gap: .8rem; margin: 1.3rem 0 .8rem; color: var(--soft); font-size: .9rem }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line) }
.said { margin-top: 1.1rem; padding: .65rem .85rem; border-radius: .6rem; border: 1px solid currentColor; font-size: .95rem }
.said.bad { color: var(--bad) }
.said.good { color: var(--good) }
.links { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin-top: 1.4rem }
a { color: var(--accent) }
footer { padding-top: 1.2rem; color: var(--soft); font-size: .85rem }
`;

const HASH = createHash("sha256").update(CARD_STYLE).digest("base64");

/** Nothing but this style and our sign; forms go to this gateway alone. */
export const CARD_POLICY = `default-src 'none'; style-src 'sha256-${HASH}'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
