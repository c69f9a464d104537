// Promise: as a subscription goes on, each mail says what has changed, what is to be done, and by whom, and carries all that takes.
import { expect, test } from "vitest";
import { renderer } from "../../../src/shared/mail/render.ts";
import { everyFace, example } from "./faces.ts";

const render = renderer();

/** Both ways to read a mail; line ends of the text, and the marks of a quotation, are as good as spaces. */
async function read(template: Parameters<typeof example>[0], over: Record<string, unknown> = {}) {
  const { subject, text, html, attachments } = await render({ template, values: example(template, over) });
  const words = html
    .replace(/<\/?(strong|span)\b[^>]*>/g, "")
    .replace(/<title>.*<\/title>|<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
  return {
    subject,
    attachments,
    parts: [text.replace(/^> /gm, "").replace(/\s+/g, " "), words.replaceAll("’", "'").replaceAll("&#34;", '"')],
  };
}

test("an owner who must ask for the reissue reads the day, what is paid, and to whom to write; never of eNom", async () => {
  const paid = await read("certificate-expiring");
  const unknown = await read("certificate-expiring", { paidUntil: null });
  const over = await read("certificate-expiring", { paidUntil: "2026-10-19", isReminder: true, daysLeft: 1 });

  expect(paid.subject).toBe("Your certificate for shop.example.com ends on 2026-10-19");
  expect(over.subject).toBe("Reminder: your certificate for shop.example.com ends on 2026-10-19");
  for (const part of paid.parts) {
    expect(part).toContain("not reissued by itself");
    expect(part).toContain("2026-10-19 (10 days left)");
    expect(part).toContain("Answer this mail and ask us for a reissue. It is paid: your term runs until 2031-04-02.");
  }
  for (const part of unknown.parts) expect(part).toContain("We tell you whether the term that you ordered covers it.");
  for (const part of over.parts) expect(part).toContain("ask us for a new term. Yours is not paid beyond 2026-10-19.");
  for (const part of [paid, unknown, over].flatMap((mail) => mail.parts))
    expect(part).not.toMatch(/enom|certfleet certificate/i);
});

test("the department finds in one mail all that a reissue by hand takes, the CSR as a file too", async () => {
  const csr = "-----BEGIN CERTIFICATE REQUEST-----\nMIIC0jCCAboCAQAwXTELMAkG\n-----END CERTIFICATE REQUEST-----\n";
  const portal = await read("assisted-reissue", { csr, domain: "*.example.com" });
  const ticket = await read("assisted-reissue", { csr, lane: "ticket" });

  for (const part of [...portal.parts, ...ticket.parts]) {
    for (const needed of ["900123", "500000123", "2026-10-16", csr.replace(/\s+/g, " ").trim()])
      expect(part).toContain(needed);
    expect(part).toContain("fetches the new certificate by itself");
    expect(part).toContain("certfleet certificate explain bill-1001");
  }
  for (const part of portal.parts) expect(part).toContain("Sign in at the certificate authority's own portal");
  for (const part of ticket.parts)
    expect(part).toContain("Please reissue certificate 900123 for shop.example.com Hello,");
  expect(portal.attachments).toEqual([
    { filename: "wildcard.example.com.csr", contentType: "application/x-pem-file", content: csr },
  ]);
});

test("a reissue by hand that is not done grows more urgent in the subject", async () => {
  const subjectOf = async (over: Record<string, unknown>) => (await read("assisted-reissue", over)).subject;

  expect(await subjectOf({ stage: "asked" })).toBe("Please reissue shop.example.com by 2026-10-16 (CertID 900123)");
  expect(await subjectOf({ stage: "reminder" })).toMatch(/^Reminder: please reissue shop\.example\.com by /);
  expect(await subjectOf({ stage: "escalation", daysLeft: 0 })).toMatch(
    /^Urgent: shop\.example\.com ends on 2026-10-19/,
  );
  expect(await subjectOf({ stage: "escalation", daysLeft: -1 })).toMatch(
    /^Urgent: shop\.example\.com ended on 2026-10-19/,
  );
});

test("what eNom answered is told in one paragraph, whatever it consists of, and stops no mail", async () => {
  const { parts } = await read("assisted-reissue", {
    reason: `Not\u0000 permitted.\r\n\t<b>Code</b> ${"304157 ".repeat(400)}`,
  });

  expect(parts[0]).toContain("refused with this message: Not permitted. <b>Code</b> 304157");
  expect(parts[1]).toContain("Not permitted. &lt;b&gt;Code&lt;/b&gt; 304157");
  expect(parts[0]?.length).toBeLessThan(3_000);
});

test("the department reads of a term to buy which request makes the fleet buy it, with the lead that the certificate has", async () => {
  const { subject, parts } = await read("renewal-due", { beforeDays: 30 });

  expect(subject).toBe("Next term to buy for shop.example.com before 2027-04-02 (CertID 900123)");
  for (const part of parts) {
    expect(part).toContain("the policy of this certificate is manual");
    expect(part).toContain("PATCH /v1/certificates/bill-1001");
    expect(part).toContain('{ "policy": { "mode": "auto", "beforeDays": 30 } }');
  }
});

test("the end of validation by e-mail is told with each certificate, its remedy, and how many more there are", async () => {
  const { subject, parts } = await read("email-validation-ending", { more: 12 });
  const month = everyFace.find(({ face }) => face === "email-validation-ending.month");
  const last = await render({ template: "email-validation-ending", values: month?.values ?? {} });

  expect(subject).toBe("A year left: 14 certificates of main need another validation method by 2028-03-15");
  expect(last.subject).toBe("A month left: 1 certificate of main needs another validation method by 2028-03-15");
  for (const part of parts) {
    for (const each of ["shop.example.com", "bill-1002", "eNom offers no other method for this product"])
      expect(part).toContain(each);
    expect(part).toContain("12 more did not fit into this mail.");
  }
});

test("an owner who must prove the domain again reads why, and until when the current certificate works", async () => {
  const first = await read("validation-required");
  const reissue = await read("validation-required", { reissue: true, expirationDate: "2026-10-19" });
  const renewal = await read("validation-required", { renewal: true, repeat: 1 });

  for (const part of first.parts) expect(part).not.toMatch(/once more|current certificate|This is a reminder/);
  for (const part of reissue.parts) {
    expect(part).toContain("is being reissued");
    expect(part).toContain("2026-10-19 (current certificate)");
  }
  for (const part of renewal.parts) expect(part).toMatch(/is being renewed.*This is a reminder/);
  expect(renewal.subject).toBe(`Reminder: p${first.subject.slice(1)}`);
});

test("a mail that was asked for before reissues were told of is still written", async () => {
  const { reissue, renewal, expirationDate, repeat, ...old } = example("validation-required");

  expect([reissue, renewal, expirationDate, repeat]).toEqual([undefined, undefined, undefined, undefined]);
  await expect(render({ template: "validation-required", values: old })).resolves.toHaveProperty("subject");
});

test("an owner whose certificate was reissued reads that it is not installed yet, and both dates", async () => {
  const { subject, parts } = await read("certificate-reissued");

  expect(subject).toBe("Please install your new certificate for shop.example.com");
  for (const part of parts) {
    expect(part).toContain("Please install it: reissued is not yet installed.");
    expect(part).toMatch(/Expiration date:? +2026-10-19.*Paid until:? +2031-04-02/);
  }
});

test("a reference that a shell would read as more than a word gets into no mail with commands", async () => {
  for (const template of ["assisted-reissue", "renewal-due"] as const) {
    const asked = render({ template, values: example(template, { reference: "x; rm -rf ~" }) });

    await expect(asked).rejects.toThrow(`mail template ${template}: reference: must be a certificate's reference`);
  }
});
