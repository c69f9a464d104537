// Promise: what the relay says decides what happens next, nothing goes out unprotected, and no password comes back in an error.
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { once } from "node:events";

import { type AddressInfo, createServer } from "node:net";
import { X509CertificateGenerator } from "@peculiar/x509";
import fc from "fast-check";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { startMailCatcher } from "../../../src/sandbox/mail/catcher.ts";
import { Refused, Unavailable, Uncertain } from "../../../src/shared/base/errors.ts";
import { compose } from "../../../src/workers/notify/compose.ts";
import { readFrom, readRelay } from "../../../src/workers/notify/relay.ts";
import { openSmtp } from "../../../src/workers/notify/smtp.ts";
import { aWire } from "./wire.ts";

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

test("What people put into a subject or a name adds no header, no recipient and no command, as the relay reads it.", async () => {
  const wire = await aWire();
  const smtp = openSmtp({ url: wire.url, from });
  onTestFinished(() => smtp.close());
  const words = fc.oneof(
    fc.constantFrom(
      "a\r\nBcc: evil@example.org",
      "a\nX-Evil: 1",
      "a\r\n.\r\nRCPT TO:<evil@example.org>",
      "Ada <evil@example.org>,",
    ),
    fc.string({ unit: fc.constantFrom(..."\r\n.:;,<>@ab "), maxLength: 40 }),
  );
  const sender = { address: "ssl@provider.example" };
  const date = new Date("2026-04-02T10:00:00Z");
  await fc.assert(
    fc.asyncProperty(words, words, async (subject, name) => {
      const written = wire.messages.length;
      const said = wire.commands.length;
      const letter = { subject: `Hello ${subject}`, text: `${subject}\n`, html: `<p>${name}</p>`, attachments: [] };

      const raw = await compose(letter, { key: "k", from: sender, to: { address: mail.to, name }, date });
      await smtp.deliver({ to: mail.to, raw });

      const [message = "", ...others] = wire.messages.slice(written);
      const headers = message.slice(0, message.indexOf("\r\n\r\n")).split(/\r\n(?![ \t])/);
      expect(others).toEqual([]);
      expect(headers.map((line) => line.split(":")[0]?.toLowerCase()).sort()).toEqual([
        ...["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"],
        "x-auto-response-suppress",
      ]);
      expect(wire.commands.slice(said).filter((line) => !/^EHLO /.test(line))).toEqual([
        ...["MAIL FROM:<ssl@provider.example>", "RCPT TO:<client@example.net>", "DATA"],
      ]);
    }),
    { numRuns: 40 },
  );
});

test.each([
  "client@example.net\r\nRCPT TO:<evil@example.org>",
  "client@example.net>\r\nRCPT TO:<evil@example.org",
  "client@example.net, evil@example.org",
  "Team: client@example.net, evil@example.org;",
  "Ada <evil@example.org>, client@example.net",
])("An address that no schema has seen (%j) is one recipient for the relay, or none.", async (to) => {
  const wire = await aWire();
  const smtp = openSmtp({ url: wire.url, from });
  onTestFinished(() => smtp.close());

  await smtp.deliver({ ...mail, to }).catch((error: unknown) => expect(error).toBeInstanceOf(Refused));

  const recipients = wire.commands.filter((line) => /rcpt/i.test(line));
  expect(recipients.length).toBeLessThanOrEqual(1);
  expect(recipients).not.toContain("RCPT TO:<evil@example.org>");
});

test("One mail after the other goes over the connection that is there.", async () => {
  const wire = await aWire();
  const smtp = openSmtp({ url: wire.url, from });
  onTestFinished(() => smtp.close());

  for (let count = 0; count < 5; count += 1) await smtp.deliver(mail);

  expect(wire.messages).toHaveLength(5);
  expect(wire.connections()).toBe(1);
});

test.each([
  { silentAt: "greeting", patience: { greetingMs: 100 }, error: Unavailable },
  { silentAt: "MAIL", patience: { answerMs: 200 }, error: Unavailable },
  { silentAt: "dot", patience: { answerMs: 200 }, error: Uncertain },
] as const)(
  "A relay that falls silent ($silentAt) is waited for so long, and what that means depends on how far we came.",
  async ({ silentAt, patience, error }) => {
    const wire = await aWire({ silentAt });
    const smtp = openSmtp({ url: wire.url, from, patience });
    onTestFinished(() => smtp.close());

    await expect(smtp.deliver(mail)).rejects.toThrow(error);
  },
  8_000, // less than where nobody is told to hurry
);

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
