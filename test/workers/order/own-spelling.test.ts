// Mails address people by their own spelling, whatever eNom is told.
import { expect, test, vi } from "vitest";
import { contact } from "../../support/order.ts";
import { issued, world } from "../../support/world.ts";

test("the customer's name stays in its own script, and one without a name is called as the contact writes it", async () => {
  const w = await world();
  await w.work(["open", "notify"]);
  const admin = { ...contact, firstName: "Jürgen", lastName: "Żółw", email: "jurgen@example.net" };

  const named = await w.order({ customer: { email: "anna@example.net", name: "Анна Щербакова" } });
  const unnamed = await w.order({ customer: { email: "Jurgen@example.net" }, contacts: { admin } });
  const stranger = await w.order({ customer: { email: "office@example.net" }, contacts: { admin } });
  for (const reference of [named, unnamed, stranger]) await w.until(reference, issued);

  await vi.waitFor(() => expect(w.mail.mails()).toHaveLength(9), { timeout: 10_000, interval: 20 });
  const names = new Map(w.mail.mails().flatMap(({ to = [] }) => to.map(({ address, name }) => [address, name])));
  expect(Object.fromEntries(names)).toEqual({
    "anna@example.net": "Анна Щербакова",
    "Jurgen@example.net": "Jürgen Żółw",
    "office@example.net": "",
  });
});
