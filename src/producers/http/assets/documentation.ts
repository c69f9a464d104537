// The OpenAPI document, made from the schemas that the routes are checked with, and the page that people read it on.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import swagger from "@fastify/swagger";
import type { RouteOptions } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { scopeTexts } from "../../../shared/authority/scopes.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { REFERENCE_PAGE, REFERENCE_POLICY } from "./api-page.ts";
import { servePackageFiles } from "./package-files.ts";

const DESCRIPTION = `Orders, reissues and watches SSL certificates at the reseller eNom.

An order is accepted at once and carried out in the background. Read the certificate to see its status.
You choose the \`reference\` of an order. Sending the same order again is safe and never buys twice.

A key opens what its scopes allow; each call names the scope that it needs. Answers say what is left of the rate limit
(\`RateLimit\`, \`RateLimit-Policy\`). After a 429 wait as long as \`Retry-After\` says.

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
        { name: "Events", description: "What happened to orders, mails, accounts and the fleet" },
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
    transform: (given) => {
      const { schema, url } = jsonSchemaTransform(given);
      return { schema: withScope(schema, given.route), url };
    },
    transformObject: (document) => withColons(withoutInputTwins(jsonSchemaTransformObject(document))),
  });
}

/** `/openapi.json` for machines and `/docs/` for people, everything served from here, with relative links only. */
export async function documentationRoutes(app: App): Promise<void> {
  const viewer = dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));
  app.get("/openapi.json", async () => app.swagger());
  app.get("/docs", { schema: { hide: true } }, async (_request, reply) => reply.redirect("docs/", 308));
  app.get("/docs/", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").header("content-security-policy", REFERENCE_POLICY).send(REFERENCE_PAGE),
  );
  servePackageFiles(app, "/docs/viewer", viewer, ["swagger-ui.css", "swagger-ui-bundle.js"]);
  servePackageFiles(app, "/docs/page", import.meta.dirname, ["reference-page.js"]);
}

/** The schema of a route with its scope in words, and as a role of its security (OpenAPI 3.1, 4.8.30). */
function withScope<S extends object>(schema: S, { config }: Pick<RouteOptions, "config">): S {
  const scope = config?.scope;
  if (!scope || scope === "any" || "security" in schema) return schema;
  const before = "description" in schema ? `${schema.description}\n\n` : "";
  const description = `${before}Needs the scope \`${scope}\`: ${scopeTexts[scope]}.`;
  return { ...schema, security: [{ key: [scope] }], description };
}

/** Fastify writes a colon that begins no parameter as two; what is made of them here names no address. */
function withColons(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  const paths = "paths" in document ? document.paths : undefined;
  for (const [path, item] of Object.entries(paths ?? {})) {
    if (!paths || !path.includes("{}:")) continue;
    delete paths[path];
    paths[path.replace("{}:", ":")] = item;
  }
  return document;
}

/** Named schemas are made for both directions; ours are answers only, and nothing refers to the other. */
function withoutInputTwins(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  const schemas = "components" in document ? document.components?.schemas : undefined;
  for (const name of Object.keys(schemas ?? {})) if (name.endsWith("Input")) delete schemas?.[name];
  return document;
}
