// The console: the pages for people, under the same guards; each change that a form asks for is a call of our own API.

import { formGuard, pageGuard } from "../access/page-guard.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { readForms } from "../session/form-body.ts";
import { isReading } from "../session/session.ts";
import type { KeptPlan } from "../spending-plan.ts";
import { accountPages } from "./accounts/accounts-page.ts";
import { actionPages } from "./action/action-page.ts";
import { resolvePage } from "./action/resolve-page.ts";
import { auditPage } from "./audit/audit-page.ts";
import { bulkPage } from "./bulk/bulk-page.ts";
import { certificatePage } from "./certificate/certificate-page.ts";
import { certificatesPage } from "./certificates/list-page.ts";
import { fleetPage } from "./fleet/fleet-page.ts";
import { forecastPage } from "./forecast/forecast-page.ts";
import { assetRoutes } from "./frame/assets.ts";
import type { Console } from "./frame/visit.ts";
import { mailsPage } from "./mails/mails-page.ts";
import { orderPage } from "./order/order-page.ts";
import { logoRoute, overviewPage } from "./overview/overview-page.ts";
import { ownLanguage } from "./people/own-language.ts";
import { peoplePage } from "./people/people-page.ts";
import { webhookPages } from "./webhooks/webhooks-page.ts";

/** A CSR, contacts in three languages and a chain fit in. */
const FORM_BYTES = 65_536;

/** Each adds its routes; a route that changes something names its scope. */
const pages: readonly ((app: App, console: Console) => void)[] = [
  overviewPage,
  certificatesPage,
  orderPage,
  bulkPage,
  certificatePage,
  actionPages,
  resolvePage,
  accountPages,
  webhookPages,
  forecastPage,
  fleetPage,
  mailsPage,
  peoplePage,
  ownLanguage,
  auditPage,
];

export async function consoleRoutes(app: App, needs: GatewayNeeds, plan: KeptPlan): Promise<void> {
  assetRoutes(app);
  logoRoute(app, { app, needs, plan });
  await app.register(async (own: App) => {
    readForms(own, FORM_BYTES);
    own.addHook("onRequest", pageGuard(needs, "read later"));
    own.addHook("preValidation", async (request, reply) =>
      isReading(request) ? undefined : formGuard(request, reply),
    );
    own.addHook("onSend", async (_request, reply) => void reply.header("cache-control", "no-store"));
    for (const add of pages) add(own, { app, needs, plan });
  });
}
