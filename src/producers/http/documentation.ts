// The OpenAPI document, made from the schemas that the routes are checked with, and the page that people read it on.

import { createHash } from "node:crypto";
import swagger from "@fastify/swagger";
import scalar from "@scalar/fastify-api-reference";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { pathOf } from "../../shared/gateway/public-url.ts";
import { LOGO } from "./html.ts";
import type { App, GatewayNeeds } from "./needs.ts";
import { policyWithScripts } from "./security-headers.ts";

const DESCRIPTION = `Orders, reissues and watches SSL certificates at the reseller eNom.

An order is accepted at once and carried out in the background. Read the certificate to see its status.
You choose the \`reference\` of an order. Sending the same order again is safe and never buys twice.

Errors are problem details (RFC 9457): compare \`type\`, read \`detail\`. A 503 means that nothing is known to have
happened. Send the same request again.`;

/** Must be registered before the routes that it is to describe. */
export async function describeRoutes(app: App, { publicUrl }: Pick<GatewayNeeds, "publicUrl">): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      ...(publicUrl && { servers: [{ url: `${publicUrl.origin}${publicUrl.base}` }] }),
      info: { title: "Certfleet", version: "1", description: DESCRIPTION },
      tags: [
        { name: "Certificates", description: "Orders and their certificates" },
        { name: "Notifications", description: "Mails to customers and operators; each is sent once" },
        { name: "Accounts", description: "eNom reseller accounts and their balances" },
        { name: "Jobs", description: "The state of a job" },
        { name: "Forecast", description: "What the policy will do, and what it costs" },
        { name: "Operation", description: "Health checks and metrics" },
      ],
      components: { securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key" } } },
      security: [{ key: [] }],
    },
    hideUntagged: true,
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutInputTwins(jsonSchemaTransformObject(document)),
  });
}

/** `/openapi.json` for machines and `/docs` for people, everything served from here. */
export async function documentationRoutes(app: App, { publicUrl }: Pick<GatewayNeeds, "publicUrl">): Promise<void> {
  app.get("/openapi.json", async () => app.swagger());
  await app.register(async (pages) => {
    pages.addHook("onSend", async (_request, reply, payload) => {
      if (typeof payload === "string" && `${reply.getHeader("content-type")}`.startsWith("text/html")) {
        reply.header("content-security-policy", policyWithScripts(inlineScripts(payload)));
      }
      return payload;
    });
    await pages.register(scalar, {
      routePrefix: "/docs",
      configuration: {
        url: pathOf(publicUrl, "/openapi.json"),
        pageTitle: "Certfleet API",
        favicon: LOGO,
        theme: "default",
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: "never",
        agent: { disabled: true },
        mcp: { disabled: true },
        persistAuth: false,
        defaultOpenAllTags: true,
      },
    });
  });
}

/** SHA-256, base64, of each script that is written into the page. */
function inlineScripts(page: string): string[] {
  const bodies = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  return bodies.map(([, body = ""]) => createHash("sha256").update(body).digest("base64"));
}

/** Named schemas are made for both directions; ours are answers only, and nothing refers to the other. */
function withoutInputTwins(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  const schemas = "components" in document ? document.components?.schemas : undefined;
  for (const name of Object.keys(schemas ?? {})) if (name.endsWith("Input")) delete schemas?.[name];
  return document;
}
