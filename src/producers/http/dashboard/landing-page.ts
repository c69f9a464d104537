// The page at `/`: the dashboard, for those who may see the board; and the sign that all pages carry.

import { createHash } from "node:crypto";
import { pageGuard } from "../access/guards.ts";
import { pathOf } from "../access/own-address.ts";
import { LOGO } from "../html.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { accountCorner } from "../pages/account-corner.ts";
import type { KeptPlan } from "../spending-plan.ts";
import { dashboardFacts } from "./facts.ts";
import { dashboardPage } from "./page.ts";
import { STYLE } from "./style.ts";

const LINKS = [
  ["/queues", "Queues"],
  ["/templates", "Mails"],
  ["/docs/", "API"],
  ["/openapi.json", "OpenAPI"],
  ["/metrics", "Metrics"],
] as const;

const SHIELD = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0d9488" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="M12 2.8 4.5 5.6v5.6c0 4.7 3.1 8.3 7.5 10 4.4-1.7 7.5-5.3 7.5-10V5.6z"/><path d="m8.6 12 2.4 2.4 4.4-4.7"/></svg>
`;

export function landingPage(app: App, needs: GatewayNeeds, plan: KeptPlan): void {
  const { env } = needs;
  const style = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
  app.get("/", { onRequest: pageGuard(needs) }, async (request, reply) => {
    const account = accountCorner(request, pathOf);
    // A browser shows no API key: where one is asked for, only who is signed in sees more than the reference.
    const linkTo = (path: string): string => (account !== null || needs.apiKeys.length === 0 ? path : "/docs/");
    const links = LINKS.filter(([url]) => url !== "/templates" || app.hasRoute({ method: "GET", url }));
    const page = dashboardPage(await dashboardFacts(needs, plan), { env, links, linkTo, account });
    return reply
      .type("text/html; charset=utf-8")
      .headers({ "content-security-policy": policy, "cache-control": "no-store" })
      .send(page);
  });
  app.get(LOGO, async (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "max-age=86400").send(SHIELD),
  );
}
