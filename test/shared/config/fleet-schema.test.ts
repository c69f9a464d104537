// certfleet.schema.json tells editors what the fleet itself accepts, no more and no less.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { configSchema } from "../../../src/shared/config/fleet-file-schema.ts";
import { bareEnv } from "../../support/process.ts";

const root = resolve(import.meta.dirname, "../../..");
const published: unknown = JSON.parse(readFileSync(resolve(root, "certfleet.schema.json"), "utf8"));
const byEditor = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0]);

test("the published JSON Schema is the one that the program prints, made of what it checks by", async () => {
  const program = [resolve(root, "src/main.ts"), "schema", "config"];
  const { stdout } = await promisify(execFile)(process.execPath, program, { env: bareEnv() });

  // Made anew by: bin/certfleet schema config > certfleet.schema.json && npm run fix
  expect(published).toEqual(configSchema());
  expect(JSON.parse(stdout)).toEqual(published);
});

test("every field is explained to who writes the file", () => {
  const silent = fieldsOf(published).filter(({ description }) => !description);

  expect(fieldsOf(published).length).toBeGreaterThan(30);
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test("editors are offered the codes of eNom's products and the presets of the wizard", () => {
  expect(published).toMatchObject({
    properties: {
      products: {
        items: { properties: { service: { examples: expect.arrayContaining(["Certificate-RapidSSL-RapidSSL"]) } } },
      },
      accounts: {
        items: {
          additionalProperties: false,
          properties: {
            apiUrl: { default: "https://reseller.enom.com/interface.asp" },
            currency: { default: "USD" },
            mode: { enum: ["dedicated", "shared", "observe"], default: "dedicated" },
          },
        },
      },
    },
  });
});

test.for([
  ["accounts: [{ id: main, username: u, password: p }]", true],
  ["accounts: [{ id: main, username: u, passwordFile: /run/secrets/enom }]", true],
  ["policy: { beforeDays: 20 }", true],
  ["templates: { certificate: attach }", true],
  ["templates: { certificate: link, certificateLink: 'https://my.provider.example/ssl/{reference}' }", true],
  ["templates: { certificate: link }", false],
  ["templates: { certificateLink: 'https://my.provider.example/ssl/{id}' }", false],
  ["accounts: [{ id: main, username: u }]", false],
  ["accounts: [{ id: main, username: u, password: p, passwordFile: /p }]", false],
  ["acounts: []", false],
  ["accounts: [{ id: main, username: u, password: p, department: nobody }]", false],
  ["accounts: [{ id: main, username: u, password: p, minimumBalance: 50 }]", false],
  ["accounts: [{ id: main, username: u, password: p, currency: dollars }]", false],
  ["accounts: [{ id: a b, username: u, password: p }]", false],
  ["products: [{ service: X, reissue: manual }]", false],
  ["policy: { mode: sometimes }", false],
] as const)("editor and fleet agree on %j: %s", ([text, fits]) => {
  const ofEditor = byEditor.safeParse(parse(text)).success;
  const ofFleet = (): boolean => {
    try {
      return parseFleetFile(text, "certfleet.yaml").accounts.length >= 0;
    } catch {
      return false;
    }
  };

  expect([ofEditor, ofFleet()]).toEqual([fits, fits]);
});

interface Described {
  description?: string;
  properties?: Record<string, Described>;
  items?: Described;
}

function fieldsOf(schema: unknown, path = ""): (Described & { path: string })[] {
  const { properties = {}, items } = schema as Described;
  const inner = Object.entries(properties).flatMap(([name, field]) => [
    { ...field, path: `${path}/${name}` },
    ...fieldsOf(field, `${path}/${name}`),
  ]);
  return items ? [...inner, ...fieldsOf(items, `${path}[]`)] : inner;
}
