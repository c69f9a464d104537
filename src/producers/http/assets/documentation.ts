// The OpenAPI document, made from the schemas that the routes are checked with, and the page that people read it on.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import swagger from "@fastify/swagger";
import { isAnyKey } from "../access/anybody.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { REFERENCE_PAGE, REFERENCE_POLICY } from "./api-page.ts";
import { routeSchema, wholeDocument, withoutKey } from "./openapi.ts";
import { servePackageFiles } from "./package-files.ts";

const DESCRIPTION = `Orders, reissues and watches SSL certificates at the reseller eNom.

An order is accepted at once and carried out in the background. Read the certificate to see its status.
You choose the \`reference\` of an order. Sending the same order again is safe and never buys twice.

A key opens what its scopes allow; each call names the scope that it needs. Answers say what is left of the rate limit
(\`RateLimit\`, \`RateLimit-Policy\`). After a 429 wait as long as \`Retry-After\` says.

Errors are problem details (RFC 9457): compare \`code\`, read \`detail\`; \`type\` leads to a page that explains the
problem. After a 500, a 503 or no answer at all the outcome is unknown. Send the same request with the same reference
again.

Times are RFC 3339 in UTC, dates are \`YYYY-MM-DD\`, money is a decimal string beside its currency. Later versions may
add fields to answers; none is renamed.`;

/** Must be registered before the routes that it is to describe. */
export async function describeRoutes(app: App, { publicUrl }: Pick<GatewayNeeds, "publicUrl">): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      servers: [
        publicUrl
          ? { url: `${publicUrl.origin}${publicUrl.base}` }
          : { url: "/", description: "The gateway that this document came from" },
      ],
      info: {
        title: "Certfleet",
        version: "1",
        description: DESCRIPTION,
        license: { name: "MIT", identifier: "MIT" },
      },
      tags: [
        { name: "Certificates", description: "Orders and their certificates" },
        { name: "Events", description: "What happened to orders, mails, accounts and the fleet" },
        { name: "Webhooks", description: "Endpoints that are told of events, and what was delivered to them" },
        { name: "Notifications", description: "Mails to customers and operators; each is sent once" },
        { name: "Accounts", description: "eNom reseller accounts and their balances" },
        { name: "Jobs", description: "The state of a job" },
        { name: "Forecast", description: "What the policy will do, and what it costs" },
        { name: "Operation", description: "Health checks and metrics" },
        { name: "Keys and people", description: "API keys, who signs in, and what is kept of a person" },
      ],
      components: { securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key" } } },
      security: [{ key: [] }],
    },
    hideUntagged: true,
    transform: (given) => routeSchema(given, { problemPages: app.problemPages }),
    transformObject: wholeDocument,
  });
}

/** `/openapi.json` for machines and `/docs/` for people, everything served from here, with relative links only. */
export async function documentationRoutes(app: App, needs: GatewayNeeds): Promise<void> {
  const viewer = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));
  app.get("/openapi.json", async () => {
    // Only the sandbox lets in who shows no key.
    const isKeyNeeded = needs.env !== "sandbox" || (await isAnyKey(needs));
    return isKeyNeeded ? app.swagger() : withoutKey(app.swagger());
  });
  app.get("/docs", { schema: { hide: true } }, async (_request, reply) => reply.redirect("docs/", 308));
  app.get("/docs/", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").header("content-security-policy", REFERENCE_POLICY).send(REFERENCE_PAGE),
  );
  servePackageFiles(app, "/docs/viewer", viewer, ["swagger-ui.css", "swagger-ui-bundle.js"]);
  servePackageFiles(app, "/docs/page", import.meta.dirname, ["reference-page.js"]);
}
