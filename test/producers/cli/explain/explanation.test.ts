// What an operator is told of an order, in every state it can be in.
import fc from "fast-check";
import { expect, test } from "vitest";
import { explain } from "../../../../src/producers/cli/explain/explanation.ts";
import { ALL_WELL } from "../../../../src/producers/cli/explain/surroundings.ts";
import { troubleCodes } from "../../../../src/shared/account/trouble-notes.ts";
import { type AttentionCode, attentionCodes, goesOnByItself } from "../../../../src/shared/base/codes.ts";
import { raise } from "../../../../src/shared/certificate/attention.ts";
import { type Certificate, ledgerStates } from "../../../../src/shared/certificate/certificate.ts";
import { NOTHING_DONE, newCertificate } from "../../../../src/shared/certificate/new-record.ts";
import type { Order } from "../../../../src/shared/certificate/order.ts";
import type { CertificateRecord } from "../../../../src/shared/certificate/record.ts";
import { contact } from "../../../support/order.ts";
import { defaultPolicy } from "../../../support/policy.ts";

const now = new Date("2026-10-01T12:00:00.000Z");
const order: Order = {
  reference: "bill-1001",
  product: "Certificate-RapidSSL-RapidSSL",
  years: 1,
  csr: "-----BEGIN CERTIFICATE REQUEST-----\n…",
  domain: "shop.example.com",
  approver: { method: "email", email: "admin@example.com" },
  contacts: { admin: contact },
  customer: { email: "client@example.net" },
};
const issue = {
  serialNumber: "0A1B",
  notBefore: "2026-09-01T00:00:00.000Z",
  notAfter: "2026-10-19T00:00:00.000Z",
  pem: "",
  csrHash: "",
};
const sent = {
  number: 1,
  csr: "",
  csrHash: "",
  reason: "new key",
  requestedAt: "2026-10-01T11:00:00.000Z",
  state: "sent" as const,
  ...{ lane: null, refusal: null, asked: 0 },
};

function anOrder(
  changes: Partial<Omit<Certificate, "record">> & { record?: Partial<CertificateRecord> } = {},
): Certificate {
  const acceptedAt = new Date("2026-10-01T11:00:00.000Z");
  const { record, ...rest } = changes;
  const accepted = newCertificate(order, acceptedAt);
  return { ...accepted, ...rest, record: { ...accepted.record, ...record } };
}

const NOBODY = "Nobody needs to act";
const TROUBLE = { count: 2, since: now.toISOString(), why: "CertGetCerts: a date that cannot be read", passes: false };
const FLEET = { clock: { now: () => now }, policyFor: defaultPolicy };

const paragraph = (certificate: Certificate): string => explain(certificate, FLEET, ALL_WELL)[0] ?? "";
const attention = (code: AttentionCode) => raise(code, "It went wrong", { reference: "bill-1001", by: null, at: now });

test("an order just accepted says that its slot is not bought yet and that nobody needs to act", () => {
  const text = paragraph(anOrder());

  expect(text).toBe(
    'bill-1001 is a RapidSSL for shop.example.com. The order is accepted. Nothing is bought for it yet. It is due now. A worker takes it within seconds. If none does, run "certfleet health open". Nobody needs to act.',
  );
});

test("an order that waits for approval names who must approve, since when, and when the fleet looks again", () => {
  const submittedAt = "2026-10-01T11:30:00.000Z";
  const validation = { ...NOTHING_DONE.validation, pendingSince: submittedAt };
  const nextLookAt = "2026-10-01T12:05:00.000Z";

  const text = paragraph(
    anOrder({ state: "CONFIGURED", certId: 900123, record: { submittedAt, validation, nextLookAt } }),
  );

  expect(text).toContain("Since 2026-10-01T11:30:00Z it waits for admin@example.com to approve");
  expect(text).toContain("checks again at 2026-10-01T12:05:00Z (in 5 minutes)");
  expect(text).toContain("The domain's owner must act.");
});

test.for([
  ["a first certificate", { submittedAt: "2026-10-01T11:30:00.000Z" }],
  [
    "a next term",
    {
      issue,
      toldSerial: "0A1B",
      renewal: { since: "2026-10-01T11:00:00.000Z" },
      submittedAt: "2026-10-01T11:30:00.000Z",
    },
  ],
] as const)("%s whose owner has approved waits for the CA, and nobody has to act", ([, given]) => {
  const at = "2026-10-01T11:40:00.000Z";
  const validation = { ...NOTHING_DONE.validation, pendingSince: "2026-10-01T11:30:00.000Z", approvedAt: at };

  const text = paragraph(anOrder({ state: "CONFIGURED", certId: 900123, record: { ...given, validation } }));

  expect(text).toContain("it waits for the certificate authority to issue it: the domain's owner has approved");
  expect(text).toContain(NOBODY);
  expect(text).not.toContain("owner must act");
});

test("an order validated by DNS or by file names exactly what the owner must publish", () => {
  const submittedAt = "2026-10-01T11:30:00.000Z";
  const dns = { name: "_x.shop.example.com", type: "CNAME", value: "y.ca.example" };
  const file = { url: "http://shop.example.com/.well-known/proof.txt", content: "abc" };
  const waiting = (validation: Partial<CertificateRecord["validation"]>) =>
    paragraph(
      anOrder({
        state: "CONFIGURED",
        record: { submittedAt, validation: { ...NOTHING_DONE.validation, ...validation } },
      }),
    );

  expect(waiting({ dns })).toContain("publish the DNS record _x.shop.example.com CNAME y.ca.example");
  expect(waiting({ file })).toContain("publish http://shop.example.com/.well-known/proof.txt");
});

test("a parked purchase tells the operator the decisions there are and that nothing happens before one is made", () => {
  const text = paragraph(
    anOrder({ state: "PARKED", attempt: 1, record: { attention: attention("purchase-unknown") } }),
  );

  expect(text).toContain("The operator must act");
  expect(text).toContain("certfleet certificate resolve bill-1001 --adopt CERTID --reason ");
  expect(text).toContain("Nothing happens until then.");
});

test("an issued certificate says until when it is valid and how to get a new one", () => {
  const text = paragraph(anOrder({ state: "CONFIGURED", record: { issue, toldSerial: "0A1B" } }));

  expect(text).toContain("certificate 0A1B is valid until 2026-10-19 (18 days left)");
  expect(text).toContain("certfleet certificate reissue bill-1001");
});

test("an expired certificate says so and asks the operator to act", () => {
  const notAfter = "2026-09-30T00:00:00.000Z";

  const text = paragraph(
    anOrder({ state: "CONFIGURED", record: { issue: { ...issue, notAfter }, toldSerial: "0A1B" } }),
  );

  expect(text).toContain("expired on 2026-09-30. The operator must act");
});

test.each([
  ["requested", "will be sent to eNom"],
  ["sending", "Certfleet checks whether eNom accepted it"],
  ["sent", "The new certificate is not issued yet"],
] as const)("a reissue that is %s says that %s, beside the certificate that is still valid", (state, expected) => {
  const text = paragraph(
    anOrder({ state: "CONFIGURED", record: { issue, toldSerial: "0A1B", reissue: { ...sent, state } } }),
  );

  expect(text).toContain("is valid until 2026-10-19");
  expect(text).toContain(expected);
});

test("a refused order names eNom's reason and that nothing was bought", () => {
  const failure = { code: "product-not-sold", message: "eNom does not sell it." };

  const text = paragraph(anOrder({ state: "REFUSED", record: { failure } }));

  expect(text).toContain("eNom does not sell it. Nothing was bought.");
});

test("a decision that waits for its worker is what the order is about", () => {
  const wish = {
    kind: "resolve" as const,
    decision: "adopt" as const,
    certId: 1,
    reason: "found",
    who: "ada",
    at: now.toISOString(),
  };

  const text = paragraph(anOrder({ state: "PARKED", record: { attention: attention("purchase-unknown"), wish } }));

  expect(text).toContain("A worker will carry out the decision adopt, requested by ada");
});

test("every reason for attention says what to do next, and whether the fleet goes on by itself", () => {
  for (const code of attentionCodes) {
    const text = paragraph(anOrder({ record: { attention: attention(code) } }));

    expect(text).toContain(attention(code).next.replace(/\.$/, ""));
    expect(text.includes("Nothing happens until then.")).toBe(!goesOnByItself(code));
  }
});

test("nothing that others wrote can pass for a line of the ledger", () => {
  const failure = { code: "x", message: "No.\nLedger: APPROVED\r\nSlot held: CertID 1" };

  const text = explain(anOrder({ state: "REFUSED", record: { failure } }), FLEET, ALL_WELL).join("\n");

  expect(text.match(/^(Ledger|Slot held):.*$/gm)).toEqual(["Ledger: REFUSED (refused by eNom)"]);
});

test("whatever an order has been through, its explanation is whole sentences and ends with the ledger's facts", () => {
  const maybe = <T>(value: T) => fc.constantFrom(null, value);
  const records = fc.record({
    submittedAt: maybe("2026-10-01T11:30:00.000Z"),
    nextLookAt: fc.constantFrom(
      null,
      "2026-10-01T11:00:00.000Z",
      "2026-10-01T12:00:20.000Z",
      "2026-10-09T12:00:00.000Z",
    ),
    issue: maybe(issue),
    toldSerial: maybe("0A1B"),
    reissue: maybe(sent),
    attention: fc.constantFrom(null, attention("purchase-unknown"), attention("validation-overdue")),
    failure: maybe({ code: "x", message: "eNom said no" }),
    trouble: fc.constantFrom(null, { ...TROUBLE, passes: true }, TROUBLE, { ...TROUBLE, why: "" }),
    wish: maybe({ kind: "cancel" as const, reason: "gone", who: "ada", at: now.toISOString() }),
  });
  const orders = fc.record({
    state: fc.constantFrom(...ledgerStates),
    certId: maybe(900123),
    attempt: fc.nat(3),
    record: records,
  });

  fc.assert(
    fc.property(orders, (changes) => {
      const [text = "", ...facts] = explain(anOrder(changes), FLEET, ALL_WELL);

      expect(text).toMatch(/^bill-1001 is a RapidSSL for shop\.example\.com\. \S.*\.$/);
      expect(text).not.toMatch(/undefined|null|NaN|\.\.|\s\s/);
      const { trouble } = changes.record;
      if (trouble && !trouble.passes && !["CANCELLED", "REFUSED"].includes(changes.state))
        expect(text).not.toContain(NOBODY);
      expect(facts[0]).toMatch(new RegExp(`^Ledger: ${changes.state} `));
      expect(facts[1]).toBe(`Purchase attempts: ${changes.attempt}`);
    }),
  );
});

test("a certificate that eNom sends in parts is told as that, and nobody is sent to act", () => {
  const why = 'The chain stops at certificate 0A: the certificate of its issuer "CA" was not sent and is not known.';
  const undelivered = { looks: 2, why };
  const submittedAt = "2026-10-01T11:00:00.000Z";
  const nextLookAt = "2026-10-01T12:30:00.000Z";

  const first = paragraph(anOrder({ state: "CONFIGURED", record: { submittedAt, undelivered, nextLookAt } }));
  const reissued = paragraph(
    anOrder({ state: "CONFIGURED", record: { issue, reissue: sent, undelivered, nextLookAt } }),
  );
  const renewed = paragraph(
    anOrder({
      state: "CONFIGURED",
      record: { issue, renewal: { since: submittedAt }, submittedAt, undelivered, nextLookAt },
    }),
  );

  for (const text of [first, reissued, renewed]) {
    expect(text).toContain(`eNom shows the certificate as issued. It is not delivered yet: ${why}`);
    expect(text).toContain("Certfleet checks again at 2026-10-01T12:30:00Z");
    expect(text).not.toContain("must act");
  }
});

test("tries that failed name the last reason, and nobody is told to sit back while it is not known that waiting mends it", () => {
  const text = paragraph(anOrder({ record: { trouble: TROUBLE } }));
  const ofEarlierVersion = paragraph(anOrder({ record: { trouble: { ...TROUBLE, why: "" } } }));

  expect(text).toContain(
    "The last 2 tries failed, since 2026-10-01T12:00:00Z: CertGetCerts: a date that cannot be read.",
  );
  expect(text).toContain("Waiting alone may not fix that.");
  for (const each of [text, ofEarlierVersion]) expect(each).not.toContain(NOBODY);
});

const JOURNAL = {
  ...{ code: "journal-not-writable" as const, account: null, about: "web1", since: now.toISOString() },
  ...{ message: "On web1: the disk is full", next: "Make room" },
};
const MAILS = { ...JOURNAL, code: "mails-wait" as const, message: "Every mail waits", next: "Check SMTP_URL" };
const HELD = "On web1: the disk is full. The operator must act: Make room.";

test.for([
  ["being bought", { state: "BUYING", attempt: 1 }, "Its slot is being bought.", "waits for eNom"],
  ["to be configured", { state: "OWNED", certId: 1, attempt: 1 }, "Its slot is bought.", "sends CSR"],
  ["half configured", { state: "CONFIGURING", certId: 1 }, "Its slot is bought.", "sends CSR"],
  ["a next term", { state: "BUYING", term: 2, record: { issue, renewal: {} } }, "is being bought.", "waits for eNom"],
  [
    "a reissue",
    { state: "CONFIGURED", record: { issue, reissue: { ...sent, state: "requested" } } },
    "Reissue 1 was",
    "",
  ],
  [
    "a decision",
    { state: "PARKED", record: { wish: { kind: "cancel", reason: "gone", who: "ada", at: now.toISOString() } } },
    "A worker will carry out",
    "",
  ],
] as const)(
  "what really holds an order is named before its step, and it is not said to wait for another: %s",
  ([, given, step, waits]) => {
    const certificate = anOrder(given as Parameters<typeof anOrder>[0]);
    const told = (around: object): string => explain(certificate, FLEET, { ...ALL_WELL, ...around })[0] ?? "";
    const asleep = given.state === "CONFIGURED" ? ("reissue" as const) : ("open" as const);

    const calm = told({});
    const held = told({ troubles: [MAILS, JOURNAL] });
    const slept = told({ asleep: [asleep] });
    const onlyMails = told({ troubles: [MAILS] });

    expect(calm).toContain(step);
    expect(calm).toContain(waits);
    expect(held).toMatch(/disk is full.*Every mail waits/);
    for (const [text, words] of [
      [held, HELD],
      [slept, `No worker of the queue ${asleep} is alive`],
    ] as const) {
      expect(text.indexOf(words)).toBeGreaterThan(0);
      expect(text.indexOf(words)).toBeLessThan(text.indexOf(step));
      if (waits !== "") expect(text).not.toContain(waits);
      expect(text.split(words)).toHaveLength(2);
      expect(text).not.toContain(NOBODY);
    }
    expect(slept).not.toContain("within seconds");
    expect(onlyMails).toContain(waits);
    expect(onlyMails.indexOf("Every mail waits")).toBeGreaterThan(onlyMails.indexOf(step));
  },
);

test("a last try that failed is told before the step, which then waits for nothing; an account with another beside it holds nothing up", () => {
  const certificate = anOrder({ state: "BUYING", attempt: 1, record: { trouble: TROUBLE } });
  const frozen = { ...JOURNAL, code: "ledger-frozen" as const, account: "main", message: "It is frozen" };
  const other = explain(anOrder(), FLEET, { ...ALL_WELL, troubles: [frozen], hasWayOut: true })[0] ?? "";

  expect(paragraph(certificate)).toMatch(/The last 2 tries failed.* Its slot is being bought\. /);
  expect(paragraph(certificate)).not.toContain("waits for eNom");
  expect(other).toMatch(/The order is accepted.*It is frozen.*Another account may take the order\./);
});

test("our own budget of requests passes by itself, and is said to", () => {
  const trouble = { ...TROUBLE, why: "account main has used up its 5 requests per second", passes: true };

  expect(paragraph(anOrder({ record: { trouble } }))).toContain(NOBODY);
});

test.each(troubleCodes)("%s of the account is named with what to do, and then somebody must act", (code) => {
  const met = { code, account: "main", message: "It is so.", since: null, next: "Do this." };
  const text = (certificate: Certificate): string =>
    explain(certificate, FLEET, { ...ALL_WELL, troubles: [met] })[0] ?? "";
  const submittedAt = "2026-10-01T11:30:00.000Z";

  for (const each of [anOrder(), anOrder({ state: "CONFIGURED", record: { submittedAt } })]) {
    expect(text(each)).toContain("Account main: It is so. The operator must act: Do this.");
    expect(text(each)).not.toContain(NOBODY);
  }
  const wish = { kind: "cancel", reason: "gone", who: "ada", at: now.toISOString() } as const;
  expect(text(anOrder({ record: { wish } }))).not.toContain(NOBODY);
});

test.for([
  [1, "About 1 order of the same customer"],
  [41, "About 41 orders of the same customer"],
] as const)("an order whose job waits says how many of its customer's go first: %i", ([ahead, words]) => {
  const [text = ""] = explain(anOrder(), FLEET, { ...ALL_WELL, ahead });

  expect(text).toContain(words);
  expect(text).not.toContain("A worker takes it within seconds");
});

test("a queue that is paused, or that nobody works on, is named instead of nobody", () => {
  const paused = {
    ...({ code: "queue-paused", about: "open", account: null, since: null } as const),
    ...{
      message: "The queue open is paused.",
      next: "Let it go on, unless that is wanted: certfleet queue resume open",
    },
  };

  const [text = ""] = explain(anOrder(), FLEET, { ...ALL_WELL, troubles: [paused], asleep: ["notify"] });

  expect(text).toContain(
    "The queue open is paused. The operator must act: Let it go on, unless that is wanted: certfleet queue resume open.",
  );
  expect(text).toContain("It is due now, and waits in the queue open, which is paused.");
  expect(text).toContain("certfleet worker notify");
  expect(text).not.toContain("takes it within seconds");
  expect(text).not.toContain("Another account");
  expect(text).not.toContain(NOBODY);
});

test("an order that was cancelled after its purchase does not say that nobody needs to act: the money is at eNom", () => {
  const bought = { certId: 900123, orderId: 1, at: now.toISOString() };
  const cancelled = (changes: Partial<Certificate>) => paragraph(anOrder({ state: "CANCELLED", ...changes }));

  expect(cancelled({})).toContain(NOBODY);
  expect(cancelled({ purchases: [{ ...bought, refunded: true as const }] })).toContain(NOBODY);
  expect(cancelled({ purchases: [bought] })).not.toContain(NOBODY);
  expect(cancelled({ certId: 900123 })).not.toContain(NOBODY);
});

test.each([
  ["none", null, "no money is lost", "Nobody needs to act."],
  ["unused-slot", "2026-10-31", "the next order of this product and term takes it", "Nobody needs to act."],
  [
    "refundable",
    "2026-10-31",
    "until 2026-10-31",
    "The department must act: send eNom's support this ticket: \"Please refund",
  ],
  ["refundable", "2026-09-30", "is spent, unless", "Nobody needs to act."],
  ["spent", null, "is spent", "Nobody needs to act."],
] as const)(
  "a cancelled order says what became of its money: %s, refundable until %s",
  (money, refundBy, words, act) => {
    const price = money === "none" ? null : "9.95";
    const certId = money === "none" ? null : 900123;
    const ticket = refundBy === null ? null : "Please refund this certificate.\nCertID: 900123";
    const cancellation = {
      money,
      price,
      currency: "USD",
      certId,
      refundBy,
      ticket,
      at: now.toISOString(),
      lookAt: null,
    };

    const text = paragraph(anOrder({ state: "CANCELLED", record: { cancellation } }));

    expect(text).toContain(words);
    expect(text).toContain(act);
  },
);

test("mails of an issued order that have not gone out are named, and somebody must act while the mail server refuses", () => {
  const certificate = anOrder({ state: "CONFIGURED", certId: 1, record: { issue, toldSerial: issue.serialNumber } });
  const mails = ["certificate-issued", "certificate-ordered"];
  const stopped = {
    ...{ code: "mails-wait" as const, account: null, since: now.toISOString() },
    ...{ message: "Every mail waits. The last answer: 421 no", next: "Check SMTP_URL." },
  };
  const text = (around: object): string => explain(certificate, FLEET, { ...ALL_WELL, ...around })[0] ?? "";

  expect(text({ mails: mails.slice(0, 1) })).toContain("A mail about it is on the way: certificate-issued.");
  const waiting = text({ mails, troubles: [stopped] });
  expect(waiting).toContain("2 mails about it wait to be sent: certificate-issued, certificate-ordered.");
  expect(waiting).toContain("421 no. The operator must act: Check SMTP_URL.");
  expect(text({})).not.toContain("mails about it");
});
