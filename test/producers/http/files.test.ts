// The files of a certificate over HTTP, for panels and scripts that install it.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { certificatesIn } from "../../../src/shared/delivery/pem.ts";
import { authority, certify, customer, leafFor } from "../../support/pki.ts";
import { anIssue, anOrder, world } from "./world.ts";

async function pemOf(links: number): Promise<string> {
  const ca = await authority("Example CA");
  const leaf = await leafFor((await customer()).keys, ca);
  return links === 0 ? leaf : leaf + (await certify(ca, ca));
}

async function ordered(pem?: string) {
  const w = await world();
  const order = await anOrder();
  await w.call("POST", "/v1/certificates", order);
  if (pem) await w.work(order.reference, { issue: { ...anIssue, pem } });
  return { ...w, path: `/v1/certificates/${order.reference}/files`, reference: order.reference };
}

test("The files are listed with what they hold, for whom and where, and each can be fetched with its media type.", async () => {
  const pem = await pemOf(1);
  const { call, path, reference } = await ordered(pem);

  const { body } = await call("GET", path);
  expect(body.files.map((each: { name: string }) => each.name)).toEqual([
    "fullchain.pem",
    "certificate.pem",
    "chain.pem",
    "certificate.p7b",
  ]);
  const [leaf = "", link = ""] = certificatesIn(pem);
  const contents: Record<string, string> = { "fullchain.pem": pem, "certificate.pem": leaf, "chain.pem": link };
  for (const { name, url, contentType } of body.files) {
    const answer = await call("GET", url);
    expect([name, answer.status, answer.headers["content-type"]]).toEqual([name, 200, contentType]);
    expect(answer.headers["content-disposition"]).toBe(`attachment; filename="${reference}-${name}"`);
    if (name in contents) expect(answer.text).toBe(contents[name]);
    else {
      const held = execFileSync("openssl", ["pkcs7", "-print_certs"], { input: answer.text }).toString();
      expect(certificatesIn(held).sort()).toEqual([leaf, link].sort());
    }
  }
  expect(body.files.map((each: { contentType: string }) => each.contentType)).toEqual([
    ...Array(3).fill("application/pem-certificate-chain"),
    "application/x-pkcs7-certificates",
  ]);
  for (const program of ["Apache", "nginx", "cPanel", "Plesk"]) expect(JSON.stringify(body)).toContain(program);
});

test("Before it is issued there is no file, and an unknown name or reference is not found.", async () => {
  const { call, path } = await ordered();

  expect((await call("GET", path)).body.type).toBe("/docs/problems/not-now");
  expect((await call("GET", `${path}/fullchain.pem`)).body.type).toBe("/docs/problems/not-now");
  for (const name of ["key.pem", "FULLCHAIN.PEM", "..%2Ffullchain.pem", "fullchain"])
    expect((await call("GET", `${path}/${name}`)).status).toBe(404);
  expect((await call("GET", "/v1/certificates/nobody/files")).status).toBe(404);
  expect((await call("GET", "/v1/certificates/nobody/files/chain.pem")).status).toBe(404);
});

test("A certificate that an earlier version delivered without a chain stays readable, and has no chain file.", async () => {
  const pem = await pemOf(0);
  const { call, path } = await ordered(pem);

  const { body } = await call("GET", path);
  expect(body.files.map((each: { name: string }) => each.name)).not.toContain("chain.pem");
  expect((await call("GET", `${path}/fullchain.pem`)).text).toBe(pem);
  const answer = await call("GET", `${path}/chain.pem`);
  expect(answer.body).toMatchObject({ status: 409, detail: expect.stringContaining("without a chain") });
});

test("What is odd about the chain is shown beside the certificate.", async () => {
  const warnings = [{ code: "unknown-root", message: "The chain ends at a root that is not known." }];
  const { call, work, reference } = await ordered(await pemOf(1));

  expect((await call("GET", `/v1/certificates/${reference}`)).body.warnings).toEqual([]);
  await work(reference, { issue: { ...anIssue, warnings } });
  expect((await call("GET", `/v1/certificates/${reference}`)).body.warnings).toEqual(warnings);
});
