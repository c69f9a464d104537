// Promises about one exchange with eNom: what leaves, what an answer means, what is told of it.
import { expect, test } from "vitest";
import { Unavailable } from "../../../../src/shared/base/errors.ts";
import {
  closedPort,
  enomAt,
  errorDocument,
  failure,
  fixture,
  type Play,
  pretendEnom,
  SECRETS,
  shown,
} from "../support.ts";
import { selfSigned } from "./tls.ts";

const BALANCE = fixture("GetBalance.ok");
const MODIFIED = fixture("CertModifyOrder.ok");

test("login and question travel in the body of one POST, never in the address", async () => {
  const eNom = await pretendEnom([BALANCE]);
  const { client } = enomAt(eNom.url);

  await client.ask("GetBalance", { Phone: "+31.3 &=ü", UID: "somebody else" });

  expect(eNom.asked).toEqual([
    { Phone: "+31.3 &=ü", UID: SECRETS.username, PW: SECRETS.password, Command: "GetBalance", ResponseType: "XML" },
  ]);
  const [request] = eNom.requests;
  expect([request?.method, request?.url]).toEqual(["POST", "/interface.asp"]);
  expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded; charset=utf-8");
  expect(JSON.stringify(request?.headers)).not.toContain("canary");
});

test("an effect that was surely not sent may be done again", async () => {
  const url = `http://127.0.0.1:${await closedPort()}/interface.asp`;
  const { client, notes } = enomAt(url);

  expect(await failure(client.act("CertModifyOrder", { CertID: "1" }))).toBeInstanceOf(Unavailable);
  expect(await failure(client.ask("GetBalance"))).toBeInstanceOf(Unavailable);
  expect(notes.map(({ outcome }) => outcome)).toEqual(["not-sent", "unavailable"]);
});

test("questions share connections, an effect has one of its own that ends with it", async () => {
  const eNom = await pretendEnom([MODIFIED, BALANCE]);
  const { client } = enomAt(eNom.url);

  await client.act("CertModifyOrder", { CertID: "1" });
  for (let asked = 0; asked < 6; asked++) await client.ask("GetBalance");

  const [effect, ...questions] = eNom.requests;
  expect(effect?.headers.connection).toBe("close");
  expect(new Set(questions.map(({ socket }) => socket)).size).toBeLessThan(6);
  expect(questions.map(({ socket }) => socket)).not.toContain(effect?.socket);
});

test("the documents that eNom is known to send for a wrong login, address and CSR are told apart", async () => {
  const eNom = await pretendEnom(
    ["GetBalance.bad-login", "CheckLogin.address-not-permitted", "CertConfigureCert.bad-csr"].map(fixture),
  );
  const { client } = enomAt(eNom.url);

  const [login, address, csr] = [
    await failure(client.ask("GetBalance")),
    await failure(client.ask("CheckLogin")),
    await failure(client.act("CertConfigureCert", {})),
  ];

  expect(login).toMatchObject({ name: "Refused", code: "enom-login-refused" });
  expect(login.message).toBe("GetBalance: Bad User name or Password - 3; Validation error; invalid ; loginid (304155)");
  expect(address).toMatchObject({ name: "Refused", code: "enom-address-not-permitted" });
  expect(address.message).toContain("203.0.113.7");
  expect(csr).toMatchObject({ name: "Refused", code: "enom-refused" });
  expect(csr.message).toContain("Unable to parse CSR.; Unable to retrieve CSR information");
});

test("a no without an error count is a no: Success is False", async () => {
  const refused = MODIFIED.replace("<CertID>900123</CertID>", "<Success>False</Success><Message>Too late</Message>");
  const eNom = await pretendEnom([refused]);
  const { client } = enomAt(eNom.url);

  expect(await failure(client.act("CertModifyOrder", {}))).toMatchObject({
    name: "Refused",
    message: "Success is False; Too late",
  });
  expect(await client.spend("CertModifyOrder", {}, async () => {})).toMatchObject({ kind: "unknown" });
});

test("eNom's own words are shown on one line, without escapes, secrets or keys, and cut", async () => {
  const pem = "-----BEGIN CERTIFICATE REQUEST-----\ncanary-csr\n-----END CERTIFICATE REQUEST-----";
  const form = new URLSearchParams({ PW: SECRETS.password, UID: SECRETS.username }).toString();
  const echo = `Bad&#10;line\u0085two &#x9b;31m ${SECRETS.password.replace("&", "&amp;")} ${form.replace("&", "&amp;")} ${pem} ${"x".repeat(600)}`;
  const eNom = await pretendEnom([errorDocument("GetBalance", { numbers: ["304150"], texts: [echo] })]);
  const { client, notes } = enomAt(eNom.url);

  const error = await failure(client.ask("GetBalance"));

  expect(error.message).toMatch(/^GetBalance: Bad line two 31m \[masked\] PW=\[masked\]&UID=\[masked\] \[pem\] x+$/);
  expect(error.message).toHaveLength("GetBalance: ".length + 500);
  expect(shown(error) + JSON.stringify(notes)).not.toMatch(/canary/);
});

test("no secret leaves in any failure: not in message, stack, cause or report", async () => {
  const form = new URLSearchParams({ UID: SECRETS.username, PW: SECRETS.password }).toString();
  const echoes = [
    `<html><body>${form}</body></html>`,
    `<${form}>`,
    `<canary-user>${form}</canary-user>`,
    `HTTP ${form}`,
  ];
  const plays: Play[] = [
    ...echoes,
    (response) => response.writeHead(500, { "content-type": form }).end(form),
    (_response, { socket }) => void socket.end(`${form}\r\n\r\n`),
    (_response, { socket }) => void socket.resetAndDestroy(),
  ];
  const url = `127.0.0.1:${await closedPort()}/interface.asp`;
  const seen: string[] = [];
  const watch = async ({ client, notes }: ReturnType<typeof enomAt>): Promise<void> => {
    const parameters = {
      CSR: "canary-csr",
      AdminFName: "canary-name",
      ApproverEmail: "canary@example.com",
      Token: "canary-token",
    };
    seen.push(
      shown(await failure(client.ask("GetBalance", parameters))),
      shown(await failure(client.act("GetBalance", parameters))),
    );
    const outcome = await client.spend("GetBalance", parameters, async () => {});
    seen.push(JSON.stringify(outcome), "error" in outcome ? shown(outcome.error) : "", JSON.stringify(notes));
  };

  for (const play of plays) await watch(enomAt((await pretendEnom([play])).url));
  for (const scheme of ["http", "https"]) await watch(enomAt(`${scheme}://${url}`));
  await watch(enomAt((await pretendEnom([BALANCE], await selfSigned("127.0.0.1"))).url));

  expect(seen.filter((text) => /canary/i.test(text))).toEqual([]);
  expect(seen.join("")).toContain("[csr sha256:");
});

test("every exchange is reported with its account, duration, tracking key and end, and with harmless parameters only", async () => {
  const eNom = await pretendEnom([
    BALANCE,
    errorDocument("CertConfigureCert", { numbers: ["304145"], texts: ["Invalid"] }),
  ]);
  const { client, notes } = enomAt(eNom.url);
  const parameters = {
    CertID: "900123",
    CSR: "MIIB",
    AdminFName: "Ada",
    AdminCountry: "NL",
    ApproverEmail: "a@example.com",
    PW: "x",
  };

  await client.ask("GetBalance", { Service: "Certificate-RapidSSL-RapidSSL\r\nforged" });
  await failure(client.act("CertConfigureCert", parameters));

  const ms = expect.any(Number);
  expect(notes).toEqual([
    {
      account: "main",
      reference: null,
      said: { AvailableBalance: "1,939.50", Balance: "2,261.65" },
      command: "GetBalance",
      ms,
      outcome: "ok",
      errors: [],
      parameters: { Service: "Certificate-RapidSSL-RapidSSL forged" },
      trackingKey: "00000018-0000-4000-8000-000000000018",
    },
    {
      account: "main",
      reference: null,
      said: {},
      command: "CertConfigureCert",
      ms,
      outcome: "refused",
      trackingKey: null,
      parameters: {
        CertID: "900123",
        CSR: expect.stringMatching(/^\[csr sha256:[0-9a-f]{8}\]$/),
        AdminCountry: "NL",
        ApproverEmail: "[masked]",
        PW: "[masked]",
      },
      errors: ["Invalid; Some words (304145)"],
    },
  ]);
});
