// Stories about accounts, mails and jobs over HTTP.
import { expect, test } from "vitest";
import { plusSeconds } from "../../../src/shared/base/dates.ts";
import { anOrder, NOW, world } from "./world.ts";

const mail = {
  key: "bill-1:hello",
  template: "certificate-failed",
  to: { address: "client@example.net", name: "Ada" },
  values: { reference: "bill-1", domain: "example.com", product: "RapidSSL", reason: "sesame" },
};

test("Accounts show their balance, its history and the last check, and no login.", async () => {
  const { call, addAccount, accounts } = await world();
  await addAccount("main");
  const at = NOW.toISOString();
  const before = plusSeconds(NOW, -3_600).toISOString();
  await accounts.keepBalance("main", { available: "90.00", balance: "100.00", at: before });
  await accounts.keepBalance("main", { available: "80.00", balance: "100.00", at });
  await accounts.keepCheck("main", { ok: true, message: "fine", at });

  const list = await call("GET", "/v1/accounts");
  const one = await call("GET", "/v1/accounts/main");

  expect(list.body.items).toHaveLength(1);
  expect(one.body).toMatchObject({
    id: "main",
    currency: "USD",
    balance: { available: "80.00" },
    lastCheck: { ok: true },
  });
  expect(one.body.history.map(({ available }: { available: string }) => available)).toEqual(["80.00", "90.00"]);
  expect(list.text + one.text).not.toMatch(/reseller"|secret/);
  expect((await call("GET", "/v1/accounts/other")).status).toBe(404);
});

test("A balance poll and a check are queued, and the answer says where to look.", async () => {
  const { call, addAccount, queues } = await world();
  await addAccount("main");

  const answer = await call("POST", "/v1/accounts/main/check");

  expect(answer.status).toBe(202);
  expect(answer.headers.location).toBe(answer.body.url);
  expect((await queues.all["balance-poll"].getJob(answer.body.id))?.data).toEqual({
    v: 1,
    account: "main",
    check: true,
  });
  expect((await call("GET", answer.body.url)).body).toMatchObject({
    state: "waiting",
    about: { account: "main" },
    attemptsMade: 0,
  });
  expect((await call("POST", "/v1/accounts/other/balance-poll")).status).toBe(404);
});

test("A mail is queued once a key, and its job never shows whom it goes to or what it says.", async () => {
  const { call, queues } = await world();

  const answer = await call("POST", "/v1/notifications", mail);
  const again = await call("POST", "/v1/notifications", mail);
  const job = await call("GET", answer.body.url);

  expect([answer.status, again.status]).toEqual([202, 202]);
  expect(again.body.id).toBe(answer.body.id);
  expect(await queues.all.notify.getJobCountByTypes("waiting")).toBe(1);
  expect(job.body.about).toEqual({ key: mail.key, template: mail.template });
  expect(job.text).not.toMatch(/sesame|client@example.net/);
  expect((await call("POST", "/v1/notifications", { ...mail, to: "x" })).body.errors[0].field).toBe("to");
});

test("A job that waits says for what and until when; one that failed says why; a job that is not there is not found.", async () => {
  const { call, queues } = await world();
  const order = await anOrder();
  await call("POST", "/v1/certificates", order);
  const [job] = await queues.all.open.getJobs(["waiting"]);
  if (!job) throw new Error("no job");
  const until = "2026-11-22T13:00:00.000Z";
  await job.updateProgress({ waitingFor: "the owner has not approved yet", until });
  for (let n = 1; n <= 25; n++) await job.log(`line ${n}`);
  const path = `/v1/jobs/open/${job.id}`;
  expect((await call("GET", path)).body).toMatchObject({ state: "waiting", waitingFor: null });

  await queues.all.open.add("open", { reference: "later" }, { jobId: "later", delay: 60_000 });
  await (await queues.all.open.getJob("later"))?.updateProgress({ waitingFor: "the owner", until });

  const shown = (await call("GET", path)).body;
  expect(shown.about).toEqual({ reference: order.reference });
  expect([shown.logs.length, shown.logs[0], shown.logs.at(-1)]).toEqual([20, "line 6", "line 25"]);
  expect((await call("GET", "/v1/jobs/open/later")).body).toMatchObject({
    state: "delayed",
    waitingFor: "the owner",
    until,
  });
  expect((await call("GET", "/v1/jobs/open/999999")).status).toBe(404);
  expect((await call("GET", "/v1/jobs/kitchen/1")).status).toBe(404);
});

test("What the queue keeps beside its jobs is no job.", async () => {
  const { call, queues } = await world();
  await call("POST", "/v1/certificates", await anOrder());
  const [job] = await queues.all.open.getJobs(["waiting"]);
  await job?.log("a line");

  for (const id of ["meta", "id", "events", "wait", `${job?.id}:logs`]) {
    expect([id, (await call("GET", `/v1/jobs/open/${id}`)).status]).toEqual([id, 404]);
  }
});

test("An account is found by its login at eNom, in any letter case, and the login is not shown.", async () => {
  const { call, addAccount } = await world();
  await addAccount("main");

  const found = await call("GET", "/v1/accounts?login=Reseller");

  expect(found.body.items).toMatchObject([{ id: "main" }]);
  expect(found.text).not.toMatch(/reseller"/i);
  expect((await call("GET", "/v1/accounts?login=somebody")).body.items).toEqual([]);
});

test("A look at eNom is enqueued for an order, and answered with the order, which stays as it was.", async () => {
  const { call, queues, certificates } = await world();
  await call("POST", "/v1/certificates", await anOrder({ reference: "bill-1" }));

  const answer = await call("POST", "/v1/certificates/bill-1/look");

  expect([answer.status, answer.body.status]).toEqual([202, "ordered"]);
  expect(await queues.all.open.getWaitingCount()).toBe(1);
  expect((await certificates.find("bill-1"))?.version).toBe(1);
  expect((await call("POST", "/v1/certificates/bill-2/look")).status).toBe(404);
});
