// The page at `/`: what this is, and the way to everything else.
import { createHash } from "node:crypto";
import type { App, GatewayNeeds } from "./needs.ts";

const LINKS = [
  ["/docs/", "API reference", "Every call, with its fields and answers; try them out"],
  ["/queues", "Queue board", "What waits, runs and failed, and why"],
  ["/openapi.json", "OpenAPI document", "For clients and generators"],
  ["/readyz", "Readiness", "Can requests be served right now?"],
  ["/metrics", "Metrics", "Queue counts for Prometheus"],
] as const;

const STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #5b6b7d; --page: #f5f7f9; --card: #fff; --line: #dfe5eb; --accent: #0f766e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --soft: #94a3b4; --page: #10161d; --card: #18212b; --line: #2a3642; --accent: #5eead4 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem 1.25rem; color: var(--ink); background: var(--page);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif }
main { width: min(44rem, 100%) }
header { display: flex; align-items: center; gap: .9rem }
img { width: 2.75rem; height: 2.75rem; flex: none }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.02em }
.env { margin-left: auto; padding: .2rem .75rem; border-radius: 99px; font-size: .85rem; font-weight: 600; border: 1px solid currentColor; color: var(--accent) }
.env.live { color: #dc2626 }
p { margin: .9rem 0 1.8rem; color: var(--soft); font-size: 1.06rem; max-width: 36rem }
nav { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)) }
a { display: block; padding: 1rem 1.15rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--card); color: inherit; text-decoration: none }
a:hover, a:focus-visible { border-color: var(--accent); outline: none; box-shadow: 0 0 0 1px var(--accent) }
a b { display: block; font-weight: 600 }
a span { color: var(--soft); font-size: .92rem }
a:first-child { grid-column: 1 / -1 }
`;

const SHIELD = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0d9488" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="M12 2.8 4.5 5.6v5.6c0 4.7 3.1 8.3 7.5 10 4.4-1.7 7.5-5.3 7.5-10V5.6z"/><path d="m8.6 12 2.4 2.4 4.4-4.7"/></svg>
`;

/** Where all pages find our sign. */
export const LOGO = "/logo.svg";

export function landingPage(app: App, { env }: Pick<GatewayNeeds, "env">): void {
  const page = render(env);
  const style = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'`;
  app.get("/", async (_request, reply) =>
    reply.type("text/html; charset=utf-8").header("content-security-policy", policy).send(page),
  );
  app.get(LOGO, async (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "max-age=86400").send(SHIELD),
  );
}

function render(env: string): string {
  const links = LINKS.map(([href, name, about]) => `<a href="${href}"><b>${name}</b><span>${about}</span></a>`).join(
    "\n",
  );
  const name = env.replace(/[^\w -]/g, "");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Certfleet</title>
<link rel="icon" href="${LOGO}" type="image/svg+xml">
<style>${STYLE}</style>
</head>
<body>
<main>
<header><img src="${LOGO}" alt=""><h1>Certfleet</h1><span class="env ${name}">${name}</span></header>
<p>Opens SSL certificates at eNom, reissues them in time and tells their owners what to do. It never buys one twice.</p>
<nav>
${links}
</nav>
</main>
</body>
</html>
`;
}
