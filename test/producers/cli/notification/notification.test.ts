// `certfleet notification`: a mail from a file, and the addresses that refuse our mail.
import { expect, test } from "vitest";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import { listBounces, sendNotification, unbounce } from "../../../../src/producers/cli/notification/notification.ts";
import type { ProgramContext } from "../../../../src/producers/cli/own-redis.ts";
import type { Scope } from "../../../../src/shared/authority/scopes.ts";
import { type BounceList, bounceList } from "../../../../src/shared/mail/bounces.ts";
import { templates } from "../../../../src/shared/mail/templates.ts";
import { openQueues } from "../../../../src/shared/queue/queues.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const notification = {
  key: "crm-7",
  template: "certificate-failed",
  to: { address: "ada@example.com", name: "Ada" },
  values: templates["certificate-failed"].example,
};
const answered = { answer: "550 5.1.1 unknown", at: "2026-11-20T08:00:00.123Z", template: "certificate-issued" };

const send = (context: ProgramContext, payload: unknown, scopes: readonly Scope[] = ["notifications:any"]) =>
  inFleet(context, (fleet) =>
    sendNotification(typeof payload === "string" ? payload : JSON.stringify(payload), {
      ...fleet,
      by: { actor: fleet.actor, scopes },
    }),
  );

const withBounces = <T>(context: ProgramContext, work: (bounces: BounceList) => Promise<T>): Promise<T> =>
  withRedis(context, ({ redis, keys }) => work(bounceList(redis, keys)));

function waiting(context: ProgramContext) {
  return withRedis(context, async ({ redis, keys }) => {
    const queues = openQueues(redis, keys.prefix, () => undefined);
    const jobs = await queues.all.notify.getWaiting();
    await queues.close();
    return jobs.map(({ data }) => data as unknown);
  });
}

test("A notification from a file to anybody is queued under a key of its sender's, and the same key waits once.", async () => {
  const context = ownContext();

  const first = await send(context, notification);
  const again = await send(context, notification);

  expect(first).toMatchObject({ ending: "done", json: { queue: "notify", key: "crm-7" } });
  expect(first.text).toMatch(/^certificate-failed to ada@example\.com is queued as job \d+, key crm-7\.$/);
  expect(again.json).toEqual(first.json);
  const seal = expect.stringMatching(/^[0-9a-f]{64}$/);
  const outside = { words: ["product", "reason"] };
  expect(await waiting(context)).toEqual([{ v: 1, ...notification, key: "outside:system:ada:crm-7", outside, seal }]);
});

test.each([
  [
    "no JSON",
    "{",
    "The notification is not valid JSON: line 1, column 2: it ends before a name in double quotes or }.",
  ],
  ["no object", "7", "notification: must be an object with named fields."],
  [
    "two recipients",
    { ...notification, to: { address: "a@b.example, c@d.example" } },
    /^to\/address: .*one plain e-mail/,
  ],
  ["a field too many", { ...notification, bcc: "eve@example.com" }, /bcc/],
  ["an unknown template", { ...notification, template: "nobody" }, /^template: there is no mail template nobody/],
  ["a value too few", { ...notification, values: {} }, /^values\/reference: /m],
])("A file with %s is refused as wrong usage, and nothing is queued.", async (_what, payload, note) => {
  const context = ownContext();

  const result = await send(context, payload);

  expect(result.ending).toBe("usage");
  expect(result.note).toMatch(note);
  expect(await waiting(context)).toEqual([]);
});

test("Without --any-recipient a notification goes where its order or account says, and nowhere else.", async () => {
  const context = ownContext();
  const { stdout, stderr, code } = await certfleet(["notification", "send", "--file", "-"], {
    env: context.env,
    input: JSON.stringify(notification),
  });
  const about = await send(context, { ...notification, reference: "bill-9" }, []);

  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^reference: It is missing: name the order \(reference\) or the account/);
  expect(about).toMatchObject({ ending: "usage", note: "reference: There is no order bill-9." });
  expect(await waiting(context)).toEqual([]);
}, 30_000);

test("The list says who refuses our mail, since when and with which words, and an address is cleared by its name.", async () => {
  const context = ownContext();
  await withBounces(context, (bounces) => bounces.add({ address: "Ada@example.com", ...answered }));

  const before = await withBounces(context, listBounces);
  const cleared = await withBounces(context, (bounces) => unbounce("ADA@example.com", bounces));
  const again = await withBounces(context, (bounces) => unbounce("ADA@example.com", bounces));
  const after = await withBounces(context, listBounces);

  expect(before.text).toMatch(
    /^ADDRESS +REFUSED AT .*\nada@example\.com +2026-11-20T08:00:00Z +certificate-issued +1 +550 /,
  );
  expect(before.json).toEqual({ bounces: [{ address: "ada@example.com", count: 1, ...answered }] });
  expect(cleared).toMatchObject({ ending: "done", json: { cleared: "ada@example.com" } });
  expect(again).toMatchObject({ ending: "not-found", note: "ADA@example.com is not on the bounce list." });
  expect(after).toMatchObject({
    ending: "done",
    text: "",
    json: { bounces: [] },
    note: "No address bounces permanently.",
  });
});

test("The program itself takes a notification from standard input, and shows and clears addresses.", async () => {
  const context = ownContext();
  await withBounces(context, (bounces) => bounces.add({ address: "ada@example.com", ...answered }));

  const sent = await certfleet(["notification", "send", "--file", "-", "--any-recipient", "--json"], {
    env: context.env,
    input: JSON.stringify(notification),
  });
  const shown = await certfleet(["notification", "bounces", "--json"], { env: context.env });
  const cleared = await certfleet(["notification", "unbounce", "ada@example.com"], { env: context.env });
  const audit = await certfleet(["audit", "list", "--json", "--subject", "ada@example.com"], { env: context.env });
  expect(JSON.parse(audit.stdout).items).toMatchObject([{ action: "bounce.clear", outcome: "done" }]);

  expect([sent.code, shown.code, cleared.code]).toEqual([0, 0, 0]);
  expect(JSON.parse(sent.stdout)).toMatchObject({ queue: "notify", key: "crm-7" });
  expect(JSON.parse(shown.stdout)).toMatchObject({ bounces: [{ address: "ada@example.com" }] });
  expect(cleared.stdout).toBe(
    "ada@example.com gets mails again. Mails that were not sent meanwhile are not sent later.\n",
  );
}, 30_000);
