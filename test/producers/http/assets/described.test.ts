// Promise: the OpenAPI document tells all. Each rule holds for every operation and every field that there is; what fails says
// what is missing, and where.
import { expect, test } from "vitest";
import { problemNames } from "../../../../src/producers/http/problems.ts";
import { scopes } from "../../../../src/shared/authority/scopes.ts";
import { publicUrl } from "../../../../src/shared/gateway/public-url.ts";
import { routesOf } from "../../../support/routes.ts";
import { world } from "../world.ts";
import { type Document, fieldsOf, hasExample, isDescribed, type Media, operationsOf } from "./document.ts";

async function fleet(given: Parameters<typeof world>[0] = {}) {
  const { app } = await world(given);
  return { app, document: app.swagger() as unknown as Document };
}

test("every operation has a stable name of verb and noun, a summary, one described tag and the scope that it needs", async () => {
  const { document } = await fleet();
  const tags = new Set(document.tags.filter(({ description }) => description).map(({ name }) => name));
  const names = operationsOf(document).map(({ operation }) => operation.operationId);

  const missing = operationsOf(document).flatMap(({ name, path, operation }) => {
    const { operationId, summary, tags: [tag = "", ...more] = [], security } = operation;
    const [needed] = security?.[0]?.key ?? [];
    return [
      ...(/^[a-z]+[A-Z][A-Za-z]+$/.test(operationId)
        ? []
        : [`${name}: operationId must be verb and noun: ${operationId}`]),
      ...(names.filter((each) => each === operationId).length === 1 ? [] : [`${name}: ${operationId} is used twice`]),
      ...(summary ? [] : [`${name}: has no summary`]),
      ...(tags.has(tag) && more.length === 0 ? [] : [`${name}: needs one tag that documentation.ts describes`]),
      ...(!path.startsWith("/v1/") || scopes.some((scope) => scope === needed) ? [] : [`${name}: names no scope`]),
      ...(security === undefined ? [`${name}: says nothing of security; [] where nobody is asked`] : []),
    ];
  });

  expect(missing).toEqual([]);
});

test("every route of the API is in the document", async () => {
  const { app, document } = await fleet();
  const known = new Set(operationsOf(document).map(({ name }) => name));
  const routes = routesOf(app.printRoutes({ commonPrefix: false }))
    .filter(({ method, path }) => path.startsWith("/v1/") && !/^(HEAD|OPTIONS)$/.test(method))
    .map(({ method, path }) => `${method} ${path.replace(/\/:(\w+)/g, "/{$1}")}`);

  expect(routes.length).toBeGreaterThan(25);
  expect(routes.filter((route) => !known.has(route))).toEqual([]);
});

test("every parameter, every field of every body and answer and every header has a description and an example", async () => {
  const { document } = await fleet();
  const missing: string[] = [];
  const look = (where: string, { schema, example, examples = {} }: Media): void => {
    const whole = [example, ...Object.values(examples).map(({ value }) => value)];
    const shown = whole.flatMap((each) => [...fieldsOf(schema, "", each)]).filter(({ beside }) => beside !== undefined);
    for (const { path, field } of fieldsOf(schema)) {
      if (!isDescribed(field)) missing.push(`${where}: ${path} has no description`);
      const isShown = hasExample(field) || shown.some((each) => each.path === path);
      if (!isShown) missing.push(`${where}: ${path} has no example`);
    }
  };

  for (const { name, operation } of operationsOf(document)) {
    for (const { in: place, name: parameter, description, schema, ...own } of operation.parameters ?? []) {
      if (!description && !schema.description) missing.push(`${name}: ${parameter} (${place}) has no description`);
      if (own.example === undefined && !hasExample(schema))
        missing.push(`${name}: ${parameter} (${place}) has no example`);
    }
    for (const [type, media] of Object.entries(operation.requestBody?.content ?? {})) {
      look(`${name}: body`, media);
      if (media.example === undefined && !media.examples)
        missing.push(`${name}: its ${type} body has no example; give it with shownWith(schema, { … }) of answers.ts`);
    }
    for (const [status, { content = {}, headers = {} }] of Object.entries(operation.responses)) {
      for (const [type, media] of Object.entries(content)) {
        look(`${name}: answer ${status}`, media);
        if (!/\bjson$/.test(type) && media.example === undefined)
          missing.push(`${name}: answer ${status} (${type}) has no example`);
      }
      for (const [header, { description, schema }] of Object.entries(headers))
        if (!description || !hasExample(schema)) missing.push(`${name}: header ${header} lacks description or example`);
    }
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) look(name, { schema });

  expect(missing).toEqual([]);
});

test("every operation lists the problems that can come, each with its schema, its example and its headers", async () => {
  const { document } = await fleet();
  const missing = operationsOf(document).flatMap(
    ({ name, path, operation: { parameters = [], requestBody, responses } }) => {
      const needed = [
        ...["400", "500"],
        ...(path.startsWith("/v1/") ? ["401", "403", "429", "503"] : []),
        ...(parameters.some((each) => each.in === "path") ? ["404"] : []),
        ...(parameters.some((each) => each.in === "query") ? ["422"] : []),
        ...(requestBody ? ["413", "415", "422"] : []),
      ];
      return [
        ...needed.filter((status) => !responses[status]).map((status) => `${name}: does not list ${status}`),
        ...Object.entries(responses)
          .filter(([status]) => status >= "400")
          .flatMap(([status, { content, headers }]) => {
            const { schema, examples = {} } = content?.["application/problem+json"] ?? {};
            const header = { 401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After" }[Number(status)];
            const codes = Object.values(examples).map(({ value }) => (value as { code: string }).code);
            return [
              ...(schema?.$ref === "#/components/schemas/Problem" ? [] : [`${name}: ${status} is no Problem`]),
              ...(codes.length > 0 && codes.every((code) => problemNames.some((each) => each === code))
                ? []
                : [`${name}: ${status} has no example`]),
              ...(!header || headers?.[header] ? [] : [`${name}: ${status} lacks the header ${header}`]),
            ];
          }),
      ];
    },
  );

  expect(missing).toEqual([]);
});

test("the document names where the gateway is reached: by its public address, else beside itself", async () => {
  const url = publicUrl.parse("https://fleet.example.com/certs");

  expect((await fleet()).document.servers.map((each) => each.url)).toEqual(["/"]);
  expect((await fleet({ publicUrl: url })).document.servers.map((each) => each.url)).toEqual([
    "https://fleet.example.com/certs",
  ]);
});

/** Its own types are made of the whole schema of an OpenAPI document: the type check would take two seconds longer. */
interface Linter {
  createConfig(settings: { extends: string[]; rules: Record<string, string> }): Promise<object>;
  lintFromString(asked: { source: string; absoluteRef: string; config: object }): Promise<Finding[]>;
}

interface Finding {
  ruleId: string;
  message: string;
  location: { pointer?: string }[];
}

const LINTER: string = "@redocly/openapi-core";

test("a public linter finds nothing in the document", async () => {
  const { document } = await fleet();
  const { createConfig, lintFromString } = (await import(LINTER)) as Linter;
  const config = await createConfig({
    extends: ["recommended-strict"],
    rules: {
      "no-invalid-schema-examples": "error",
      "no-invalid-parameter-examples": "error",
      "no-invalid-media-type-examples": "error",
      "operation-operationId-url-safe": "error",
      "tag-description": "error",
    },
  });

  const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: "openapi.json", config });

  expect(found.map(({ ruleId, message, location }) => `${location[0]?.pointer}: ${message} (${ruleId})`)).toEqual([]);
});
