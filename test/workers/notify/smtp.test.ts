// Promise: what the relay says decides what happens next, nothing goes out unprotected, and no password comes back in an error.
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { once } from "node:events";

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { X509CertificateGenerator } from "@peculiar/x509";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { startMailCatcher } from "../../../src/sandbox/mail-catcher.ts";
import { Unavailable, Uncertain } from "../../../src/shared/errors.ts";
import { readFrom, readRelay } from "../../../src/workers/notify/relay.ts";
import { openSmtp } from "../../../src/workers/notify/smtp.ts";

const from = "Provider <ssl@provider.example>";
const mail = { to: "client@example.net", raw: "Subject: hello\r\n\r\nhello\r\n" };

test("a message goes to the one recipient that we name, whatever its headers say, and the relay's words come back", async () => {
  const { catcher, smtp } = await aCatcher();

  const answer = await smtp.deliver({ ...mail, raw: `To: evil@example.org\r\nBcc: evil@example.org\r\n${mail.raw}` });

  expect(answer).toMatch(/^250 /);
  expect(catcher.mails().map((it) => it.envelope)).toEqual([
    { from: "ssl@provider.example", to: ["client@example.net"] },
  ]);
});

test("a line that is only a dot, in any disguise, does not end the message early", async () => {
  const { catcher, smtp } = await aCatcher();

  for (const end of ["\r\n.\r\n", "\n.\n", "\r.\r", "\r\n.\n", "\n.\r\n"])
    await smtp.deliver({ ...mail, raw: `Subject: one\r\n\r\nbefore${end}MAIL FROM:<evil@example.org>${end}after` });

  expect(catcher.mails().map((it) => it.text?.includes("after"))).toEqual([true, true, true, true, true]);
});

test("5yz is final when it is about the mail, and a matter for the operator when it is about our login or the session", async () => {
  const { catcher, smtp } = await aCatcher();
  const answers = [550, 552, 554, 503, 530, 535].map((code) => ({ at: "MAIL", code }) as const);
  catcher.answer(...answers);

  const ends = [];
  for (const _ of answers) ends.push(await smtp.deliver(mail).catch((error: Error) => error.name));

  expect(ends).toEqual(["Refused", "Refused", "Refused", "Unavailable", "Unavailable", "Unavailable"]);
});

test("a connection lost after the message left is uncertain, one lost before is not", async () => {
  const { catcher, smtp } = await aCatcher();
  catcher.answer({ after: "dot", kept: false, line: "cut" });

  await expect(smtp.deliver(mail)).rejects.toThrow(Uncertain);
  await catcher.close();
  await expect(smtp.deliver(mail)).rejects.toThrow(Unavailable);
});

test("a relay that hangs up on MAIL has not got the message", async () => {
  const relay = createServer((socket) => {
    socket.write("220 hello\r\n");
    socket.on("data", (line) => (`${line}`.startsWith("EHLO") ? socket.write("250 hello\r\n") : socket.destroy()));
    socket.on("error", () => {});
  });
  await once(relay.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void relay.close());

  await expect(anSmtp(relay).deliver(mail)).rejects.toThrow(Unavailable);
});

test("giving up before the message left is no loss, giving up on the answer is uncertain", async () => {
  const { catcher, smtp } = await aCatcher();
  catcher.answer({ after: "dot", kept: true, line: "silent" });
  const giveUp = new AbortController();

  const silent = smtp.deliver(mail, giveUp.signal);
  const uncertain = expect(silent).rejects.toThrow(Uncertain);
  await catcher.waitFor(() => true, 5_000);
  giveUp.abort();

  await uncertain;
  await expect(smtp.deliver(mail, AbortSignal.abort())).rejects.toThrow(Unavailable);
});

test("a relay whose certificate nobody vouches for gets no login and no mail", async () => {
  const relay = await aRelay({ secure: true, ...(await selfSigned()) });
  const smtp = anSmtp(relay.server, "smtps", "robot:geheim@");

  await expect(smtp.deliver(mail)).rejects.toThrow(/cannot be reached: self-signed certificate/);
  await expect(smtp.verify()).rejects.toThrow(Unavailable);
});

test("a wrong password is a matter for the operator, and stands in no error even if the relay repeats it", async () => {
  const relay = await aRelay({
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, done) => done(new Error(`not ${password}\u0007`)),
  });
  const smtp = anSmtp(relay.server, "smtp", "robot:ge%2Fheim@");

  for (const attempt of [() => smtp.deliver(mail), () => smtp.verify()]) {
    const error = await attempt().then(
      () => undefined,
      (it: unknown) => it,
    );
    expect(error).toBeInstanceOf(Unavailable);
    expect(String(error)).toMatch(/127\.0\.0\.1:\d+ answered 535 .*not … ?$/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/heim|robot/);
  }
});

test("a good login is used, and a check of the relay sends nothing", async () => {
  const logins: string[] = [];
  const relay = await aRelay({
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, done) => done(null, { user: logins.push(username ?? "") }),
  });

  await anSmtp(relay.server, "smtp", "robot%40provider.example:ge%2Fheim@").verify();

  expect(logins).toEqual(["robot@provider.example"]);
});

test.each([
  ["smtp://mail.example", { host: "mail.example", port: 587, secure: false, requireTLS: true, ignoreTLS: false }],
  ["smtp://mail.example:25?ignoreTLS=true", { port: 25, requireTLS: false, ignoreTLS: true }],
  ["smtp://mail.example?ignoreTLS=false", { requireTLS: true, ignoreTLS: false }],
  ["smtps://mail.example", { port: 465, secure: true, requireTLS: false, ignoreTLS: false }],
  ["smtp://localhost:1025", { requireTLS: false, ignoreTLS: true }],
  ["smtp://[::1]:1025", { host: "::1", requireTLS: false, ignoreTLS: true }],
  ["smtp://127.0.0.9:1025", { requireTLS: false, ignoreTLS: true }],
  ["smtp://127.example.com", { requireTLS: true, ignoreTLS: false }],
  ["smtp://a%40b:c%3Ad@mail.example", { auth: { user: "a@b", pass: "c:d" } }],
])("%s means what its reader thinks: TLS always, except on loopback or where it is waived in writing", (url, meant) => {
  expect(readRelay(url)).toMatchObject(meant);
});

test.each([
  "",
  "mail.example:geheim",
  "http://robot:geheim@mail.example",
  "smtp://robot:geheim@",
  "smtp://robot:geheim%@mail.example",
  "smtp://robot:geheim@mail.example?tls.rejectUnauthorized=false",
])("the wrong SMTP_URL %j is refused without being repeated", (url) => {
  expect(() => readRelay(url)).toThrow(/^SMTP_URL(?!.*geheim)/);
});

test("MAIL_FROM is an address, or a name and an address, and nothing else", () => {
  expect(readFrom("ssl@provider.example")).toEqual({ address: "ssl@provider.example" });
  expect(readFrom("Provider <ssl@provider.example>")).toEqual({ name: "Provider", address: "ssl@provider.example" });
  expect(readFrom('"Provider, Inc." <ssl@provider.example>')).toEqual({
    name: "Provider, Inc.",
    address: "ssl@provider.example",
  });
  for (const wrong of ["", "Provider", "a@b.example, c@d.example", "<a@b.example> x", "A\r\nBcc: <a@b.example>"])
    expect(() => readFrom(wrong)).toThrow(/^MAIL_FROM must be/);
  expect(() => openSmtp({ url: "smtp://localhost", from: "nobody" })).toThrow(/^MAIL_FROM/);
});

async function aCatcher() {
  const catcher = await startMailCatcher();
  const smtp = openSmtp({ url: catcher.smtpUrl, from });
  onTestFinished(async () => {
    smtp.close();
    await catcher.close();
  });
  return { catcher, smtp };
}

/** A real SMTP server with an opinion about logins or TLS. */
async function aRelay(options: SMTPServerOptions) {
  const relay = new SMTPServer({ disabledCommands: ["STARTTLS"], disableReverseLookup: true, ...options });
  relay.on("error", () => {});
  await once(relay.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => new Promise<void>((resolve) => void relay.close(() => resolve())));
  return relay;
}

async function selfSigned() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const cert = await X509CertificateGenerator.createSelfSigned({
    name: "CN=127.0.0.1",
    keys,
    signingAlgorithm: algorithm,
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { cert: cert.toString("pem"), key };
}

function anSmtp(server: { address(): AddressInfo | string | null }, scheme = "smtp", login = "") {
  const { port } = server.address() as AddressInfo;
  const smtp = openSmtp({ url: `${scheme}://${login}127.0.0.1:${port}`, from });
  onTestFinished(() => smtp.close());
  return smtp;
}
