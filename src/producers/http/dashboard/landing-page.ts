// The page at `/`: the dashboard, for those who may see the board; and the sign that all pages carry.

import { createHash } from "node:crypto";
import { pathOf } from "../../../shared/gateway/public-url.ts";
import { keyOrPageGuard } from "../access/key-or-page-guard.ts";
import { pageGuard } from "../access/page-guard.ts";
import { needsKey } from "../access/shown-key.ts";
import { SHIELD } from "../html.ts";
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

export function landingPage(app: App, needs: GatewayNeeds, plan: KeptPlan): void {
  const { env, publicUrl } = needs;
  const style = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
  const linkTo = (path: string): string => pathOf(publicUrl, path);
  app.get("/", { onRequest: pageGuard(needs) }, async (request, reply) => {
    const links = LINKS.filter(([url]) => url !== "/templates" || app.hasRoute({ method: "GET", url }));
    const account = accountCorner(request, linkTo);
    // A browser shows no API key: where one is asked for, only who is signed in sees more than the reference.
    const isAsked = account === null && (env !== "sandbox" || (await needsKey(needs)));
    const linkToApi = (path: string): string => linkTo(isAsked ? "/docs/" : path);
    const page = dashboardPage(await dashboardFacts(needs, plan), {
      ...{ env, linkTo, linkToApi, account },
      links: links.map(([url, name]) => [linkTo(url), name] as const),
    });
    return reply
      .type("text/html; charset=utf-8")
      .headers({ "content-security-policy": policy, "cache-control": "no-store" })
      .send(page);
  });
  app.get("/logo.svg", { config: { scope: "any" }, onRequest: keyOrPageGuard(needs) }, async (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "max-age=86400").send(SHIELD),
  );
}
