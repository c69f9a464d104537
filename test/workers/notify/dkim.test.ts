// Promise: with the three settings every mail is signed, and a receiver who knows RFC 6376 but not our library agrees.
import { createHash, createVerify, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { compose } from "../../../src/workers/notify/compose.ts";
import { readDkim } from "../../../src/workers/notify/dkim.ts";
import { notify } from "../../../src/workers/notify/notify.ts";
import { openSmtp } from "../../../src/workers/notify/smtp.ts";
import { world as fleet } from "../../support/world.ts";
import { aWire } from "./wire.ts";
import { aNotification, world } from "./world.ts";

const { publicKey, privateKey } = rsaPair(2048);
const settings = { DKIM_DOMAIN: "provider.example", DKIM_SELECTOR: "fleet2026", DKIM_PRIVATE_KEY: privateKey };

test("A mail on the wire carries a signature of our domain that a receiver verifies, over all that people read and see.", async () => {
  const { needs } = await world();
  const wire = await aWire();
  const smtp = openSmtp({ url: wire.url, from: "Provider <ssl@provider.example>" });
  onTestFinished(() => smtp.close());

  await notify(aNotification(), { ...needs, smtp, signer: readDkim(settings) });

  const [raw = ""] = wire.messages;
  const { tags, isValid } = verified(raw);
  expect(isValid).toBe(true);
  expect(tags).toMatchObject({ a: "rsa-sha256", c: "relaxed/relaxed", d: "provider.example", s: "fleet2026" });
  expect(tags.h?.split(":")).toEqual(expect.arrayContaining(["from", "to", "subject", "date", "message-id"]));
  for (const forged of [raw.replace("shop.", "sh0p."), raw.replace(/^Subject: /m, "Subject: Urgent: ")]) {
    expect(forged).not.toBe(raw);
    expect(verified(forged).isValid).toBe(false);
  }
});

test("Whatever stands in subject, name and text, the signature holds.", async () => {
  const signer = readDkim(settings);
  const words = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(..." \t\r\n.a") }),
  );
  const addressed = {
    key: "k",
    from: { address: "ssl@provider.example" },
    date: new Date("2026-04-02T10:00:00Z"),
    signer,
  };
  await fc.assert(
    fc.asyncProperty(words, words, async (subject, text) => {
      const letter = { subject, text, html: `<p>${text}</p>`, attachments: [] };

      const raw = await compose(letter, { ...addressed, to: { address: "client@example.net", name: subject } });

      expect(verified(raw).isValid).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("A mail that is repeated carries the signature that it was written with, and none is signed without the settings.", async () => {
  const { catcher, needs } = await world();
  catcher.answer({ after: "dot", kept: true, line: "cut" });
  const signing = { ...needs, signer: readDkim(settings) };

  await notify(aNotification(), signing);
  await notify(aNotification(), needs);
  await notify(aNotification({ key: "another" }), needs);

  const [first, second, third] = catcher.mails().map(({ raw }) => raw.toString("latin1"));
  expect(first).toMatch(/^DKIM-Signature: /);
  expect(second).toBe(first);
  expect(third).not.toContain("DKIM-Signature");
});

test("A relay that is away is away, signed or not: the mail waits and is not taken for lost.", async () => {
  const { catcher, mails, needs } = await world();
  await catcher.close();

  await notify(aNotification(), { ...needs, signer: readDkim(settings) });

  expect(await mails.find("bill-1001:issued:1")).toMatchObject({ state: "DEFERRED", lost: 0 });
});

test("A worker signs with the settings it is started with, and does not start with some of them.", async () => {
  const w = await fleet();
  const { DKIM_SELECTOR: _selector, ...half } = settings;

  await expect(w.work(["notify"], { ...w.env, ...half })).rejects.toThrow(/set all three, or none/);
  await w.work(["notify"], { ...w.env, ...settings });
  await w.queues.enqueue("notify", aNotification());
  const { raw } = await w.mail.waitFor(() => true, 10_000);

  expect(verified(raw.toString("latin1")).isValid).toBe(true);
});

test("A key in one line is read, and all three settings are given or none.", () => {
  expect(readDkim({ ...settings, DKIM_PRIVATE_KEY: privateKey.replaceAll("\n", "\\n") })).toBeDefined();
  expect(readDkim({})).toBeUndefined();
  for (const name of Object.keys(settings))
    expect(() => readDkim({ ...settings, [name]: undefined })).toThrow(/set all three, or none/);
});

test.each([
  ["no key", "canary-no-key"],
  ["a public key", publicKey],
  ["a key of another kind", keyOf("ed25519")],
  ["an RSA key for another padding", keyOf("rsa-pss")],
  ["a key too short", rsaPair(768).privateKey],
])("%s is refused at start, without being shown", (_what, key) => {
  const read = () => readDkim({ ...settings, DKIM_PRIVATE_KEY: key });

  expect(read).toThrow("DKIM_PRIVATE_KEY: an RSA key of at least 1024 bits, as PEM");
  expect(read).not.toThrow(key.split("\n")[1] ?? key);
});

/** RFC 6376, 3.4.2, 3.4.4 and 3.7, of one signature with `relaxed/relaxed`. */
function verified(raw: string): { tags: Record<string, string>; isValid: boolean } {
  const split = raw.indexOf("\r\n\r\n");
  const fields = raw.slice(0, split).split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => /^dkim-signature:/i.test(field)) ?? "";
  const tags = Object.fromEntries(
    signature
      .slice(signature.indexOf(":") + 1)
      .split(";")
      .map((tag) => [tag.slice(0, tag.indexOf("=")).trim(), tag.slice(tag.indexOf("=") + 1).replace(/\s+/g, "")]),
  );
  const lines = raw
    .slice(split + 4)
    .split("\r\n")
    .map((line) => line.replace(/[ \t]+/g, " ").trimEnd());
  const body = lines.join("\r\n").replace(/(\r\n)*$/, "");
  const bodyHash = createHash("sha256")
    .update(body === "" ? "" : `${body}\r\n`, "latin1")
    .digest("base64");
  const signed = (tags.h ?? "").split(":").map((name) => {
    const field = fields.findLast((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return field === undefined ? "" : `${relaxed(field)}\r\n`;
  });
  const unsigned = relaxed(signature.replace(/(;\s*b=)[^;]*$/, "$1"));
  const isSigned = createVerify("RSA-SHA256")
    .update(`${signed.join("")}${unsigned}`, "latin1")
    .verify(publicKey, tags.b ?? "", "base64");
  return { tags, isValid: isSigned && tags.bh === bodyHash };
}

function relaxed(field: string): string {
  const colon = field.indexOf(":");
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, "")
    .replace(/[ \t]+/g, " ")
    .trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

function rsaPair(modulusLength: number): { publicKey: string; privateKey: string } {
  return generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

function keyOf(kind: "ed25519" | "rsa-pss"): string {
  const { privateKey: key } =
    kind === "ed25519" ? generateKeyPairSync(kind) : generateKeyPairSync(kind, { modulusLength: 2048 });
  return `${key.export({ type: "pkcs8", format: "pem" })}`;
}
