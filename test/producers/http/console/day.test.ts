// An operator's day in a real browser, before a fleet that works: an order by the form to its certificate, a typo, a reissue, a
// download, a decision, somebody who may only look; and how many clicks the commonest tasks take.

import type { Page } from "playwright-core";
import { expect, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../../../../src/producers/main.ts";
import { hashPassword } from "../../../../src/shared/authority/people/password-hash.ts";
import { peopleStore } from "../../../../src/shared/authority/people/store.ts";
import { makeCsr } from "../../../support/csr.ts";
import { orderBody } from "../../../support/order.ts";
import { world } from "../../../support/world.ts";
import { browserOfFile, executablePath, faultsOf, NARROW, signIn } from "./browser.ts";

const PASSWORD = "correct horse battery";
const open = browserOfFile();

async function fleet() {
  const w = await world();
  const people = peopleStore(w.redis, w.keys);
  const password = await hashPassword(PASSWORD);
  for (const [name, role] of [
    ["ada", "admin"],
    ["vera", "viewer"],
  ] as const)
    await people.add({ name, role, password, subject: undefined }, new Date());
  const gateway = await startGateway({ ...w.env, PORT: "0" });
  onTestFinished(gateway.stop);
  const enter = async (page: Page, user: string) => signIn(page, gateway.url, { user, password: PASSWORD });
  const statusOf = async (reference: string) => {
    const found = await w.certificates.find(reference);
    return found?.record.issue ? "issued" : (found?.record.attention?.code ?? found?.state);
  };
  return { w, url: gateway.url, enter, statusOf };
}

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]`).first();
    if ((await field.evaluate((each) => each.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
}

const CONTACTS = {
  "customer.email": "client@example.net",
  "contacts.admin.firstName": "Ada",
  "contacts.admin.lastName": "Example",
  "contacts.admin.organization": "Example Ltd",
  "contacts.admin.jobTitle": "Engineer",
  "contacts.admin.address1": "Main Street 1",
  "contacts.admin.city": "Utrecht",
  "contacts.admin.state": "Utrecht",
  "contacts.admin.postalCode": "3511AA",
  "contacts.admin.country": "NL",
  "contacts.admin.phone": "+31.300000000",
  "contacts.admin.email": "ada@example.com",
};

test.skipIf(executablePath === undefined)(
  "A certificate is ordered by the form, seen issued without a reload, downloaded and reissued; then one signs out.",
  async () => {
    const { w, url, enter, statusOf } = await fleet();
    await w.work(["open", "reissue", "notify", "balance-poll"]);
    const page = await open();
    await enter(page, "ada");

    await page.getByRole("link", { name: "Certificates", exact: true }).click();
    await page.getByRole("link", { name: "Order a certificate" }).click();
    await page.locator('[name="csr"]').fill(await makeCsr({ cn: "shop.example.com" }));
    await page.locator("#csr-facts strong", { hasText: "shop.example.com" }).waitFor(); // read as it was pasted
    await fill(page, { reference: "bill-1001", "approver.email": "admin@example.com", ...CONTACTS });
    await page.getByRole("button", { name: "Check without ordering" }).click();
    await page.getByText("The order would be accepted. Nothing was kept or bought.").waitFor();
    expect(await statusOf("bill-1001")).toBeUndefined();
    await page.getByRole("button", { name: "Order", exact: true }).click();

    await page
      .locator(".tag.good", { hasText: "issued" })
      .or(page.locator(".steps .done", { hasText: "Issued" }))
      .first()
      .waitFor();
    await vi.waitFor(async () => expect(await statusOf("bill-1001")).toBe("issued"));
    await page.reload();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "fullchain.pem" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("bill-1001-fullchain.pem");

    const serial = (await w.certificates.find("bill-1001"))?.record.issue?.serialNumber;
    await page.getByRole("link", { name: "Reissue", exact: true }).click();
    await fill(page, { reason: "the key was lost", csr: await makeCsr({ cn: "shop.example.com" }) });
    await page.getByRole("button", { name: "Reissue", exact: true }).click();
    await page.getByText("The reissue is under way.").waitFor();
    await vi.waitFor(async () =>
      expect((await w.certificates.find("bill-1001"))?.record.issue?.serialNumber).not.toBe(serial),
    );
    expect(w.enom.asked("PurchaseServices")).toHaveLength(1);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${url}/certificates/bill-1001`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
  },
  180_000,
);

test.skipIf(executablePath === undefined)(
  "The five commonest tasks take at most three clicks from the overview, on a phone as well; a viewer can change nothing.",
  async () => {
    const { w, url, enter } = await fleet();
    w.enom.settings.owner = "silent";
    await w.work(["open", "reissue", "notify", "balance-poll"]);
    const page = await open({ viewport: NARROW });
    await enter(page, "ada");
    const order = await orderBody({
      cn: "www.harbor.example.com",
      tenant: "customer-17",
      approver: { method: "email", email: "admin@example.com" },
    });
    const { ok } = await page.request
      .post(`${url}/v1/certificates`, {
        data: { ...order, reference: "bill-7" },
        headers: {
          origin: url,
          "x-xsrf-token": (await page.context().cookies()).find(({ name }) => name === "XSRF-TOKEN")?.value ?? "",
        },
      })
      .then((answer) => ({ ok: answer.ok() }));
    expect(ok).toBe(true);
    await vi.waitFor(async () => {
      const found = await w.certificates.find("bill-7");
      expect([found?.record.validation.pendingSince ?? null, found?.state, found?.record.attention]).toEqual([
        expect.any(String),
        "CONFIGURED",
        null,
      ]);
    });

    /** Each step is a click, or a key that is pressed once. */
    const clicks = async (...steps: (() => Promise<unknown>)[]): Promise<number> => {
      await page.goto(`${url}/`);
      for (const step of steps) await step();
      return steps.length;
    };
    const search = async () => {
      await page.getByRole("searchbox").fill("customer-17");
      await page.getByRole("searchbox").press("Enter");
      await page.getByRole("link", { name: "www.harbor.example.com" }).waitFor();
    };
    const openIt = () => page.getByRole("link", { name: "www.harbor.example.com" }).click();
    const found = await clicks(search, openIt);
    await page.getByRole("heading", { name: "Where it stands" }).waitFor(); // why it waits stands first
    const faults = await faultsOf(page);
    const resent = await clicks(search, openIt, () =>
      page.getByRole("link", { name: "Send the approval mail again" }).click(),
    );
    await page.getByRole("button", { name: "Send the approval mail again" }).click();
    await page.getByText("The approval mail is sent again.").waitFor();
    const corrected = await clicks(search, openIt, () => page.getByRole("link", { name: "Correct the CSR" }).click());
    await fill(page, {
      csr: await makeCsr({ cn: "shop.harbor.example.com" }),
      reason: "typo",
      "approver.email": "admin@example.com",
    });
    await page.getByRole("button", { name: "Correct the CSR" }).click();
    await page.getByText("The CSR is corrected.").waitFor();
    const today = await clicks(async () => page.getByRole("heading", { name: /Needs attention/ }).waitFor());

    expect(Math.max(found, resent, corrected, today)).toBeLessThanOrEqual(3);
    expect(faults).toEqual([]);

    await page.getByRole("button", { name: "Sign out" }).click();
    await enter(page, "vera");
    await page.goto(`${url}/certificates/bill-7`);
    expect(await page.getByRole("navigation", { name: "Actions" }).count()).toBe(0);
    expect(await page.locator("main form[method=post]").count()).toBe(0);
    const answer = await page.goto(`${url}/certificates/bill-7/cancel`);
    expect(answer?.status()).toBe(403);
  },
  180_000,
);
