// What happens to an order that somebody else saves while its account is chosen: it is decided anew, and nothing is bought elsewhere for that.
import { expect, test } from "vitest";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import { openAccounts } from "../../../src/workers/accounts/accounts.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";
import { get } from "../open/runs.ts";

test("a record that changes while an account is chosen does not send the order to the next account", async () => {
  const w = await world();
  const reference = await w.accept({});
  const [main] = orderNeeds(w).accounts.all;
  if (!main) throw new Error("the world has an account");
  const second = { ...main, entry: { ...main.entry, id: "second", sort: 20 } };
  const accounts = openAccounts([main, second], { products: [] });
  let isChanged = false;
  const save: typeof w.certificates.save = async (certificate, now) => {
    if (!isChanged) await w.certificates.save(await get(w, reference), now);
    isChanged = true;
    return w.certificates.save(certificate, now);
  };

  const outcome = await advanceOrder(reference, orderNeeds(w, { accounts, certificates: { ...w.certificates, save } }));
  const before = w.enom.books.purchases().length;
  await advanceOrder(reference, orderNeeds(w, { accounts }));

  expect(outcome).toMatchObject({ waitSeconds: 1 });
  expect(before).toBe(0);
  expect(await get(w, reference)).toMatchObject({ record: { account: "main", trouble: null, attention: null } });
});

test("an order that somebody cancels while its accounts are asked for money is cancelled, and waits for nothing", async () => {
  const w = await world({ balance: "5.00" });
  const reference = await w.accept({});
  const [main] = orderNeeds(w).accounts.all;
  if (!main) throw new Error("the world has an account");
  const balance: typeof main.enom.balance = async () => {
    const asked = { kind: "cancel", who: "ops", at: new Date().toISOString(), reason: "not wanted" } as const;
    const answer = requestChange(await get(w, reference), asked, new Date());
    if ("certificate" in answer) await w.certificates.save(answer.certificate, new Date());
    return main.enom.balance();
  };
  const accounts = openAccounts([{ ...main, enom: { ...main.enom, balance } }], { products: [] });

  await advanceOrder(reference, orderNeeds(w, { accounts }));

  expect(await get(w, reference)).toMatchObject({ state: "CANCELLED", record: { attention: null } });
});
