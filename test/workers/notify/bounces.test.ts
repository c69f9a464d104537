// Promise: who refuses our mail is not written to again before a person has looked, and whoever waits for the mail is told.
import { expect, test, vi } from "vitest";
import { Refused, Unavailable, Uncertain } from "../../../src/shared/base/errors.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { parseOrder } from "../../../src/shared/certificate/order.ts";
import { templates } from "../../../src/shared/mail/templates.ts";
import { notify } from "../../../src/workers/notify/notify.ts";
import { tellFailedMails } from "../../../src/workers/troubles/failed-mails.ts";
import { orderBody } from "../../support/order.ts";
import { world as fleet, issued } from "../../support/world.ts";
import { aNotification, world } from "./world.ts";

const NO_SUCH_USER = { at: "RCPT", code: 550, text: "5.1.1 no such user here" } as const;
const second = (over = {}) => aNotification({ key: "bill-1001:issued:2", ...over });

/** The world of a mail about a certificate that is in the books. */
async function withCertificate(options = {}) {
  const w = await world(options);
  const parsed = await parseOrder(await orderBody({ reference: "bill-1001" }), w.clock.now());
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  await w.certificates.accept(parsed.order, w.clock.now());
  /** What a worker of orders makes of it: `notify` itself neither reads nor writes an order. */
  const told = async () => {
    await tellFailedMails({ failed: w.failed, certificates: w.certificates, clock: w.clock });
    const { timeline } = (await w.certificates.find("bill-1001"))?.record ?? { timeline: [] };
    return timeline.filter(({ event }) => event.startsWith("mail."));
  };
  return { ...w, told };
}

test("An address that a mail server has refused gets no second mail, whatever the mail and however the address is written.", async () => {
  const { catcher, bounces, mails, needs } = await world();
  catcher.answer(NO_SUCH_USER);

  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);
  const again = notify(second({ to: { address: "Client@EXAMPLE.net" } }), needs);

  await expect(again).rejects.toThrow(
    /^client@example\.net is on the suppression list: on 2026-04-02 .*550 5\.1\.1 no such user here\. To write to it again: certfleet notification unbounce client@example\.net$/,
  );
  await expect(again).rejects.toThrow(Refused);
  expect(catcher.mails()).toEqual([]);
  expect(await mails.find("bill-1001:issued:2")).toMatchObject({ state: "REJECTED", raw: "" });
  expect(await bounces.all()).toEqual([
    {
      address: "client@example.net",
      answer: expect.stringContaining("550 5.1.1 no such user here") as string,
      at: "2026-04-02T10:00:00.000Z",
      template: "certificate-issued",
      count: 2,
    },
  ]);
});

test("An address that was cleared gets the next mail; what was refused before stays refused.", async () => {
  const { catcher, bounces, needs } = await world();
  catcher.answer(NO_SUCH_USER);
  await notify(aNotification(), needs).catch(() => undefined);

  expect(await bounces.clear("CLIENT@example.net")).toBe(true);
  expect(await bounces.clear("client@example.net")).toBe(false);

  expect(await notify(second(), needs)).toBe("done");
  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);
  expect(catcher.mails()).toHaveLength(1);
  expect(await bounces.all()).toEqual([]);
});

test.each([
  { what: "the content", answer: { at: "DATA", code: 554, text: "5.6.0 looks like spam" } },
  { what: "us", answer: { at: "MAIL", code: 550, text: "5.1.8 who are you" } },
  { what: "relaying", answer: { at: "RCPT", code: 554, text: "5.7.1 relay access denied" } },
  { what: "us, in no code's words", answer: { at: "RCPT", code: 554, text: "no mail from your network" } },
  { what: "the sender", answer: { at: "RCPT", code: 550, text: "5.1.8 sender address rejected: domain not found" } },
  { what: "the login", answer: { at: "RCPT", code: 530, text: "authenticate first" } },
  { what: "this moment", answer: { at: "RCPT", code: 450, text: "4.2.1 greylisted" } },
] as const)("A refusal of $what puts nobody on the list.", async ({ answer }) => {
  const { catcher, bounces, needs } = await world();
  catcher.answer(answer);

  await notify(aNotification(), needs).catch(() => undefined);

  expect(await bounces.all()).toEqual([]);
  expect(await notify(second(), needs)).toBe("done");
});

test.each([
  { code: 550, text: "sorry" },
  { code: 551, text: "user not local" },
  { code: 552, text: "mailbox full" },
  { code: 553, text: "mailbox name not allowed" },
  { code: 554, text: "5.1.1 no such user here" },
  { code: 550, text: "5.2.1 mailbox disabled" },
] as const)("A recipient that is refused with $code $text is on the list.", async ({ code, text }) => {
  const { catcher, bounces, needs } = await world();
  catcher.answer({ at: "RCPT", code, text });

  await notify(aNotification(), needs).catch(() => undefined);

  expect(await bounces.all()).toMatchObject([{ address: "client@example.net", count: 1 }]);
});

test("A mail that is refused for good stands at its certificate, with the mail server's words, and stands there once.", async () => {
  const { catcher, clock, needs, told } = await withCertificate();
  catcher.answer({ at: "DATA", code: 554, text: "looks like spam" });

  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);
  clock.passHours(1);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);

  expect(await told()).toEqual([
    {
      at: "2026-04-02T10:00:00.000Z",
      event: "mail.refused",
      detail: expect.stringMatching(
        /^certificate-issued to client@example\.net: the mail relay 127\.0\.0\.1:\d+ answered 554 .*looks like spam$/,
      ) as string,
    },
  ]);
});

test("A worker that dies before it has told the certificate leaves that to the next one, and it is told once.", async () => {
  const { catcher, needs, told } = await withCertificate();
  catcher.answer(NO_SUCH_USER);
  const dying = { add: () => Promise.reject(new Error("the process is gone")) };

  await expect(notify(aNotification(), { ...needs, failed: dying })).rejects.toThrow("the process is gone");
  expect(await told()).toEqual([]);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);

  expect(await told()).toMatchObject([{ event: "mail.refused" }]);
});

test("Workers that save the certificate in the same moment neither lose the failure nor theirs.", async () => {
  const { catcher, certificates, clock, failed, needs, told } = await withCertificate();
  catcher.answer(...Array.from({ length: 4 }, () => ({ at: "DATA", code: 554 }) as const));
  let isRaced = false;
  const racing = {
    ...certificates,
    async find(reference: string) {
      const found = await certificates.find(reference);
      if (!isRaced && found) await certificates.save({ ...found, record: { ...found.record, looks: 7 } }, clock.now());
      isRaced = true;
      return found;
    },
  };

  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);
  await tellFailedMails({ failed, certificates: racing, clock });

  expect(await told()).toHaveLength(1);
  expect((await certificates.find("bill-1001"))?.record.looks).toBe(7);
});

test("A certificate that others save all the time is told later, and keeps nobody else from being told.", async () => {
  const { catcher, certificates, clock, failed, needs, told } = await withCertificate();
  const other = await parseOrder(await orderBody({ reference: "bill-1002" }), clock.now());
  if ("order" in other) await certificates.accept(other.order, clock.now());
  catcher.answer(NO_SUCH_USER);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);
  await expect(notify(second({ key: "b", values: { reference: "bill-1002" } }), needs)).rejects.toThrow(Refused);
  const busy = {
    ...certificates,
    save: (each: Certificate, now: Date) =>
      each.order.reference === "bill-1001"
        ? Promise.reject(new Unavailable("changed meanwhile"))
        : certificates.save(each, now),
  };

  await expect(tellFailedMails({ failed, certificates: busy, clock })).rejects.toThrow("changed meanwhile");

  expect((await certificates.find("bill-1002"))?.record.timeline.at(-1)).toMatchObject({ event: "mail.refused" });
  expect(await told()).toHaveLength(1);
});

test("A mail that is withheld, given up, without a value or perhaps lost stands at its certificate as what it is.", async () => {
  const { catcher, clock, needs, told } = await withCertificate();
  const lost = { after: "dot", kept: true, line: "cut" } as const;

  catcher.answer(lost, lost, lost);
  for (let tries = 0; tries < 2; tries += 1) await notify(aNotification(), needs);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Uncertain);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Uncertain);
  await expect(notify(second({ values: { reference: "bill-1001" } }), needs)).rejects.toThrow(Refused);
  catcher.answer({ at: "RCPT", code: 451 }, NO_SUCH_USER);
  await notify(second(), needs);
  clock.passHours(48);
  await expect(notify(second(), needs)).rejects.toThrow(Refused);
  await expect(notify(second({ key: "bill-1001:issued:3" }), needs)).rejects.toThrow(Refused);

  expect((await told()).map(({ event, detail }) => `${event} ${detail}`)).toEqual([
    expect.stringMatching(/^mail\.uncertain .*nobody knows whether client@example\.net got mail </),
    expect.stringMatching(/^mail\.refused .*mail template certificate-issued: /),
    expect.stringMatching(/^mail\.refused .*550 5\.1\.1 no such user here$/),
    expect.stringMatching(/^mail\.refused .*client@example\.net is on the suppression list/),
  ]);
});

test("A sender that froze and lost its mail to another one does not tell that the mail failed.", async () => {
  const { catcher, mails, needs, smtp, told } = await withCertificate({ leaseMs: 30 });
  const frozen = {
    ...needs,
    mails: { ...mails, renew: async () => undefined },
    smtp: {
      ...smtp,
      async deliver(mail: { to: string; raw: string }) {
        await vi.waitFor(async () => expect(await notify(aNotification(), needs)).toBe("done"), { interval: 10 });
        catcher.answer({ at: "DATA", code: 554 });
        return smtp.deliver(mail);
      },
    },
  };

  await expect(notify(aNotification(), frozen)).rejects.toThrow(Refused);

  expect(catcher.mails()).toHaveLength(1);
  expect(await told()).toEqual([]);
});

test("A mail about no certificate of this fleet, or about none at all, fails as it would without books.", async () => {
  const { catcher, certificates, needs } = await world();
  catcher.answer(NO_SUCH_USER);

  await expect(notify(aNotification(), needs)).rejects.toThrow(/no such user here/);
  const bad = aNotification({ key: "x", values: { reference: "../../bill" } });
  await expect(notify(bad, needs)).rejects.toThrow(/mail template/);

  expect(await certificates.find("bill-1001")).toBeUndefined();
});

test("A department that cannot be reached is an error in the operator's log; a customer who cannot be is a matter of the certificate.", async () => {
  const { catcher, lines, needs } = await world();
  catcher.answer(NO_SUCH_USER, NO_SUCH_USER);
  const toDepartment = aNotification({
    key: "main:low-balance:1",
    template: "low-balance",
    to: { address: "ssl@department.example" },
    values: templates["low-balance"].example as never,
  });

  await notify(aNotification(), needs).catch(() => undefined);
  expect(lines).toEqual([]);
  await notify(toDepartment, needs).catch(() => undefined);

  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {
      ...{ level: "error", event: "department.unreachable", address: "ssl@department.example" },
      ...{
        template: "low-balance",
        key: "main:low-balance:1",
        err: { message: expect.stringContaining("no such user") },
      },
    },
  ]);
});

test("An order whose customer refuses mail is issued all the same, and says that nobody was told.", async () => {
  const w = await fleet();
  w.mail.answer(...Array.from({ length: 5 }, () => NO_SUCH_USER));
  await w.work(["open", "notify"]);

  const reference = await w.order({});
  const { record } = await w.until(
    reference,
    (certificate) =>
      issued(certificate) && refused(certificate).some((detail) => detail.startsWith("certificate-issued")),
  );

  const told = refused({ record });
  expect(record.issue).not.toBeNull();
  expect(told.some((each) => /to client@example\.net: .*550 5\.1\.1 no such user here$/.test(each))).toBe(true);
  expect(told.at(-1)).toMatch(
    /^certificate-\S+ to client@example\.net: (client@example\.net is on the suppression list|.*550 5\.1\.1)/,
  );
  expect(w.mail.mails()).toEqual([]);
});

function refused({ record }: Pick<Certificate, "record">): string[] {
  return record.timeline.filter(({ event }) => event === "mail.refused").map(({ detail }) => detail);
}
