// An order that fails for good: the customer and the account's department hear of it once, each in words of their own.
import { expect, test } from "vitest";
import type { Fault } from "../../../src/sandbox/enom/wire/faults.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { World } from "../../support/world.ts";
import { CUSTOMER, DEPARTMENT, mailsTo, story, worker } from "../due/stories.ts";
import { drive, dying } from "../open/runs.ts";

const codes = [{ number: "304197", string: "Validation error" }];
const INVALID: Fault = { kind: "error", texts: ["Invalid NumYears"], codes };

async function failed(w: World): Promise<string> {
  const reference = await w.accept({});
  const { certificates } = dying(w, "REFUSED");
  await expect(advanceOrder(reference, worker(w, { certificates }))).rejects.toThrow("died");
  await drive(w, reference, ({ record }) => record.failure !== null, worker(w));
  return reference;
}

test("An order that eNom refuses is told to the department once, with eNom's words and that it must be ordered anew.", async () => {
  const w = await story();
  await w.work(["notify"]);
  w.enom.fault("PurchaseServices", INVALID);

  const reference = await failed(w);

  const mails = await mailsTo(w, DEPARTMENT);
  expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining(`order-failed (${reference})`)]);
  const text = mails[0]?.text.replace(/[\s>]+/g, " ");
  expect(text).toContain("Invalid NumYears");
  expect(text).toContain("order again under a new reference");
  expect(text).not.toContain("--retry");
  expect(await mailsTo(w, CUSTOMER)).toHaveLength(1);
});

test("A customer whose product an earlier version found not sold reads neither that the authority refused it, nor who the supplier is.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const reference = await w.accept({});
  await w.redis.hset(w.keys.certificate(reference), "state", "REFUSED");

  const { record } = await drive(w, reference, (each) => each.record.failure !== null, worker(w));

  expect(record.failure?.code).toBe("product-not-sold");
  const [mail] = await mailsTo(w, CUSTOMER);
  expect(mail?.text).toContain("cannot be issued as");
  expect(mail?.text).not.toMatch(/eNom|account|authority|refused/i);
});
