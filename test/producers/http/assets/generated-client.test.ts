// Promise: a client that a public generator makes of the document compiles, and places, reads and lists an order.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import openapiTypes, { astToString } from "openapi-typescript";
import { expect, onTestFinished, test } from "vitest";
import { anOrder, world } from "../world.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../../../..");
const COMPILER = ["node_modules/typescript-compiler/bin/tsc", "--noEmit", "--strict", "--skipLibCheck"];
const MODULES = ["--module", "nodenext", "--target", "esnext", "--types", "node", "--allowImportingTsExtensions"];

test("a generated client orders a certificate, shows it, lists it and understands a refusal", async () => {
  const { app } = await world();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  // Inside the checkout, so that the packages are found.
  mkdirSync(join(root, ".data"), { recursive: true });
  const folder = mkdtempSync(join(root, ".data/generated-client-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "program.ts");
  copyFileSync(join(root, "test/fixtures/generated-client/program.ts.txt"), program);
  const document = await (await fetch(`${url}/openapi.json`)).text();
  writeFileSync(join(folder, "generated.ts"), astToString(await openapiTypes(JSON.parse(document))));
  const order = await anOrder({ reference: "bill-1" });

  const [checked, ran] = await Promise.all([
    run(process.execPath, [...COMPILER, ...MODULES, "--ignoreConfig", program], { cwd: root }).catch((error) => error),
    run(process.execPath, [program], { env: { ...process.env, CERTFLEET_URL: url, ORDER: JSON.stringify(order) } }),
  ]);

  expect(checked.stdout).toBe("");
  expect(JSON.parse(ran.stdout)).toEqual({
    ...{ opened: 202, status: "ordered", domain: "shop.example.com", references: ["bill-1"], next: null, years: 1 },
    ...{ refused: 422, code: "invalid", type: "/docs/problems/invalid", faults: ["years"] },
  });
}, 60_000);
