// The mails about an order speak for the brand that it was ordered under, from the first to the last; those to a department for nobody but us.
import { appendFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { ownWords } from "../../shared/mail/folder.ts";
import { issued, world } from "../../support/world.ts";

test("Two orders of two brands: each owner hears from its own, in the brand's words where the operator has some.", async () => {
  const w = await world();
  const directory = await ownWords({
    "Acme Hosting/en/certificate-issued.subject": "Acme has {{ domain }} for you",
    "en/certificate-ordered.subject": "{{ brand }} ordered {{ domain }}",
  });
  await appendFile(`${w.env.CERTFLEET_CONFIG}`, `templates: { directory: "${directory}", brand: House }\n`);
  await w.work(["open", "notify"]);

  const orders = await Promise.all([
    w.order({ brand: "Acme Hosting", cn: "www.example.com" }),
    w.order({ brand: "Blue & Sons", cn: "www.example.net" }),
    w.order({ cn: "www.example.org" }),
  ]);
  for (const reference of orders) await w.until(reference, issued);

  await vi.waitFor(() => expect(w.mail.mails()).toHaveLength(9), { timeout: 10_000, interval: 20 });
  const subjects = w.mail.mails().map(({ subject }) => subject);
  expect(subjects).toEqual(
    expect.arrayContaining([
      "Acme Hosting ordered www.example.com",
      "Acme has www.example.com for you",
      "Blue & Sons ordered www.example.net",
      "Your certificate for www.example.net is ready to install",
      "House ordered www.example.org",
      "Your certificate for www.example.org is ready to install",
    ]),
  );
  for (const { text = "", html = "" } of w.mail.mails()) {
    const [brand, inHtml = brand] = text.includes("www.example.com")
      ? ["Acme Hosting"]
      : text.includes("www.example.net")
        ? ["Blue & Sons", "Blue &amp; Sons"]
        : ["House"];
    expect(text).toContain(`\n-- \n${brand}\n`);
    expect(html).toContain(inHtml);
  }
});
