// The page of the pretended eNom: what people do about certificates, by button or by curl.
import { expect, test } from "vitest";
import { configured, sandbox, statusOf, submitted } from "./support.ts";

type Sandbox = Awaited<ReturnType<typeof sandbox>>;

async function press(enom: Sandbox, action: string, certId?: number, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(certId === undefined ? {} : { certId: `${certId}` });
  return fetch(new URL(action, enom.url), { method: "POST", body, headers, redirect: "manual" });
}

const page = async (enom: Sandbox): Promise<string> => (await fetch(new URL("/", enom.url))).text();

test("the page shows each certificate with its trouble and the buttons that do something", async () => {
  const enom = await sandbox();
  const { certId } = await submitted(enom, "silent.example.com");

  const waiting = await page(enom);
  expect((await press(enom, "/approve", certId)).status).toBe(303);
  const approved = await page(enom);

  expect(waiting).toContain("silent.example.com");
  expect(waiting).toContain("the domain&#39;s owner never reacts");
  expect(waiting).toContain("Owner approves");
  expect(approved).not.toContain("Owner approves");
  expect(approved).toContain("Support reissues");
  expect(await statusOf(enom, certId)).toBe("4");
});

test("an account is topped up, and a slot refunded once", async () => {
  const enom = await sandbox({ balance: "12.00" });
  const { certId } = await configured(enom);

  expect((await press(enom, "/refund", certId)).status).toBe(303);
  const again = await press(enom, "/refund", certId);
  await press(enom, "/top-up");

  expect([again.status, await again.text()]).toEqual([409, `slot ${certId} was refunded before\n`]);
  expect(enom.books.balance()).toBe("5000.00");
});

test("what cannot be done is said, and changes nothing", async () => {
  const enom = await sandbox();
  const { certId } = await configured(enom);

  for (const [action, id] of [
    ["/approve", certId],
    ["/reissue", certId],
    ["/correct", 1],
    ["/refund", undefined],
  ] as const)
    expect((await press(enom, action, id)).status).toBe(409);

  expect((await press(enom, "/toString", certId)).status).toBe(404);
  expect((await fetch(new URL("/correct", enom.url))).status).toBe(404);
  expect(enom.books.findSlot(certId)?.statusId).toBe(1);
});

test("another site in the same browser cannot press a button", async () => {
  const enom = await sandbox({ balance: "12.00" });

  const answer = await press(enom, "/top-up", undefined, { "sec-fetch-site": "cross-site" });

  expect(answer.status).toBe(403);
  expect(enom.books.balance()).toBe("12.00");
});
