// Promises about one exchange with eNom: what leaves, what an answer means, what is told of it.
import { webcrypto } from "node:crypto";
import "reflect-metadata";
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { expect, test } from "vitest";
import { Refused, Unavailable, Uncertain } from "../../../src/shared/errors.ts";
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
  socketServer,
} from "./support.ts";

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

/** Every way in which an answer can fail to be one (eNom API, response envelope and failure documents). */
const NO_ANSWER: Record<string, Play> = {
  "HTTP 500": (response) => response.writeHead(500).end(BALANCE),
  "HTTP 503 with HTML": (response) => response.writeHead(503).end("<html><body>Down for maintenance</body></html>"),
  "a redirect": (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
  "an HTML page": "<!DOCTYPE html><html><body>Down for maintenance</body></html>",
  "a well-formed HTML page": "<html><body>Down for maintenance</body></html>",
  "an empty body": "",
  "plain text, the ResponseType lost": ";URL Interface\r\n;Machine is X\r\nErrCount=0\r\nDone=true\r\n",
  "a document of something else": "<Command>GETBALANCE</Command>",
  "no Done": BALANCE.replace("<Done>true</Done>", ""),
  "Done that is not true": BALANCE.replace("<Done>true", "<Done>false"),
  "no ErrCount": BALANCE.replace("<ErrCount>0</ErrCount>", ""),
  "ErrCount that is no number": BALANCE.replace("<ErrCount>0", "<ErrCount>none"),
  "ErrCount twice": BALANCE.replace("<ErrCount>0</ErrCount>", "<ErrCount>0</ErrCount><ErrCount>0</ErrCount>"),
  "the answer to another command": BALANCE.replace("GETBALANCE", "CHECKLOGIN"),
  "Success that says neither": BALANCE.replace("<Reseller>", "<Success>perhaps</Success><Reseller>"),
  "a document cut short": BALANCE.slice(0, -20),
  "bytes of another charset": (response) => response.end(Buffer.from(BALANCE.replace("eng", "\xe9"), "latin1")),
  "a body shorter than announced": (response, { socket }) => {
    response.writeHead(200, { "content-length": BALANCE.length + 1 }).write(BALANCE, () => socket.destroy());
  },
  "a reset before the answer": (_response, { socket }) => void socket.resetAndDestroy(),
  "a reset within the answer": (response, { socket }) => {
    response.writeHead(200).write(BALANCE.slice(0, 100), () => socket.resetAndDestroy());
  },
  "more than two million bytes": (response) => response.end(BALANCE + " ".repeat(2_000_000)),
};

test.for(Object.entries(NO_ANSWER))(
  "%s: a question may be asked again, and an effect may have happened",
  async ([, play]) => {
    const onTheRead = await pretendEnom([play]);
    const onTheWrite = await pretendEnom([play]);

    const read = await failure(enomAt(onTheRead.url).client.ask("GetBalance"));
    const write = await failure(enomAt(onTheWrite.url).client.act("GetBalance", {}));

    expect(read).toBeInstanceOf(Unavailable);
    expect(write).toBeInstanceOf(Uncertain);
    expect(onTheRead.asked.length).toBe(1);
    expect(onTheWrite.asked.length).toBe(1);
  },
);

test("a server that is silent or trickles is given up after the whole time allowed", async () => {
  const silent = await socketServer(() => {});
  const trickling = await socketServer((socket) => {
    const drop = setInterval(() => socket.write("H"), 5);
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nX: ")).once("close", () => clearInterval(drop));
  });
  const limits = { readMs: 60, writeMs: 60 };

  for (const { url } of [silent, trickling]) {
    expect(await failure(enomAt(url, { limits }).client.ask("GetBalance"))).toBeInstanceOf(Unavailable);
    expect(await failure(enomAt(url, { limits }).client.act("CertModifyOrder", {}))).toBeInstanceOf(Uncertain);
  }
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

type Kind = "login" | "address" | "funds" | "no" | "later" | "unclear";
const CODES = {
  login: "enom-login-refused",
  address: "enom-address-not-permitted",
  funds: "no-account-with-funds",
  no: "enom-refused",
} as const;

/** What an error document means: for all codes and texts, and whether it proves that no money moved (last column). */
const MEANINGS: [numbers: string[], texts: string[], kind: Kind, harmless: boolean][] = [
  [["304155"], ["Bad User name or Password - 3"], "login", true],
  [["304156"], ["Words"], "login", true],
  [["404155"], ["Words"], "login", false],
  [["418155"], ["Words"], "later", false],
  [[], ["Bad User name or Password"], "login", false],
  [["713254"], ["User not permitted from this IP address - 203.0.113.7."], "address", true],
  [
    ["713254", "316255"],
    ["User not permitted from this IP address - 4", "Account not found in database."],
    "address",
    true,
  ],
  [[], ["User not permitted from this IP address: 1.2.3.4"], "address", false],
  [[], ["Invalid client IP"], "address", false],
  [["524181"], ["Words"], "funds", true],
  [["724181"], ["Words"], "funds", true],
  [["624181"], ["Words"], "later", false],
  [["519181"], ["Words"], "unclear", false],
  [["500000"], ["Not enough funds"], "unclear", false],
  [[], ["Insufficient reseller balance"], "unclear", false],
  [["304145"], ["Invalid Registrant information."], "no", true],
  [["316397"], ["Words"], "no", true],
  [["304220"], ["Words"], "no", true],
  [["706397"], ["Words"], "no", false],
  [["712220"], ["Words"], "no", false],
  [["620397"], ["500 - Unable to parse CSR.", "Unable to retrieve CSR information"], "no", false],
  [["620397"], ["Words"], "later", false],
  [["618299"], ["Words"], "later", false],
  [["718299"], ["Words"], "later", false],
  [["318299"], ["Words"], "later", false],
  [["307166"], ["Words"], "later", false],
  [["300166"], ["Words"], "later", false],
  [["016154"], ["Words"], "later", false],
  [["216154"], ["Words"], "later", false],
  [["304145", "620397"], ["Words"], "later", false],
  [["304145", "999"], ["Words"], "unclear", false],
  [[], ["The system is down for maintenance"], "later", false],
  [[], ["[DNS_MISMATCH](domain.cn): [other value]"], "unclear", false],
  [[], [], "unclear", false],
];

test.for(MEANINGS)("the errors %j %j mean the same to everyone: %s", async ([numbers, texts, kind, harmless]) => {
  const eNom = await pretendEnom([errorDocument("GetBalance", { numbers, texts })]);
  const { client } = enomAt(eNom.url);
  const code = kind === "later" ? undefined : kind === "unclear" ? CODES.no : CODES[kind];

  const read = await failure(client.ask("GetBalance"));
  const write = await failure(client.act("GetBalance", {}));
  const purchase = await client.spend("GetBalance", {}, async () => {});

  expect(read).toBeInstanceOf(kind === "later" ? Unavailable : Refused);
  expect(write).toBeInstanceOf(kind === "later" || kind === "unclear" ? Uncertain : Refused);
  for (const error of [read, write]) if (error instanceof Refused) expect(error.code).toBe(code);
  expect(purchase).toMatchObject(harmless ? { kind: "rejected", code, responseNumbers: numbers } : { kind: "unknown" });
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
  expect(login.message).toBe("Bad User name or Password - 3; Validation error; invalid ; loginid (304155)");
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

  expect(error.message).toMatch(/^Bad line two {2}31m \[masked\] PW=\[masked\]&UID=\[masked\] \[pem\] x+$/);
  expect(error.message).toHaveLength(500);
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

test("only a certificate of a trusted authority for the right name is talked to", async () => {
  const [right, wrong] = [await selfSigned("127.0.0.1"), await selfSigned("127.0.0.2")];
  const [trusted, misnamed] = [await pretendEnom([BALANCE, MODIFIED], right), await pretendEnom([BALANCE], wrong)];

  const { client } = enomAt(trusted.url, { access: { ca: right.cert } });
  await client.ask("GetBalance");
  await client.act("CertModifyOrder", {});

  expect(trusted.asked).toHaveLength(2);
  for (const stranger of [enomAt(trusted.url), enomAt(misnamed.url, { access: { ca: wrong.cert } })]) {
    expect(await failure(stranger.client.ask("GetBalance"))).toMatchObject({ name: "Unavailable" });
    expect(await stranger.client.spend("GetBalance", {}, async () => {})).toMatchObject({ kind: "not-sent" });
  }
  expect(trusted.asked.length + misnamed.asked.length).toBe(2);
});

test("an address that secrets should not be sent to is refused before anything is sent, and not shown", () => {
  const wrong = {
    "http://reseller.enom.com/interface.asp": ["https"],
    "http://127.0.0.1.example.com/": ["https"],
    "https://canary:canary@reseller.enom.com/": ["user name or password"],
    "ftp://canary@reseller.enom.com/?pw=canary#canary": ["https", "user name", "query", "fragment"],
    canary: ["no URL"],
  };

  for (const [url, faults] of Object.entries(wrong)) {
    for (const fault of faults) expect(() => enomAt(url), url).toThrow(fault);
    expect(() => enomAt(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining("canary") }));
  }
  for (const url of ["https://reseller.enom.com/interface.asp", "http://localhost:1/a", "http://[::1]:1/"]) enomAt(url);
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
      command: "GetBalance",
      ms,
      outcome: "ok",
      errors: [],
      parameters: { Service: "Certificate-RapidSSL-RapidSSL forged" },
      trackingKey: "00000018-0000-4000-8000-000000000018",
    },
    {
      account: "main",
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

async function selfSigned(ip: string): Promise<{ key: string; cert: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const names = new SubjectAlternativeNameExtension([{ type: "ip", value: ip }]);
  const lifetime = { notBefore: new Date("2020-01-01"), notAfter: new Date("2049-12-31") };
  const cert = await X509CertificateGenerator.createSelfSigned({
    name: "CN=eNom",
    keys,
    extensions: [names],
    signingAlgorithm: algorithm,
    ...lifetime,
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: PemConverter.encode(key, "PRIVATE KEY"), cert: cert.toString("pem") };
}
