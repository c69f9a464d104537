import { expect, test } from "vitest";
import { all, ask, at, post, RAPID, refused, sandbox } from "./support.ts";

const purchase = { Service: RAPID };

test("an answer can be lost after the money is gone", async () => {
  const enom = await sandbox();
  enom.fault("PurchaseServices", { kind: "lose-answer" });

  await expect(post(enom, "PurchaseServices", purchase)).rejects.toThrow("fetch failed");

  expect(enom.books.purchases()).toHaveLength(1);
  expect(refused(await ask(enom, "PurchaseServices", purchase))).toBeUndefined();
  expect(enom.books.purchases()).toHaveLength(2);
});

test("a request can be lost before anything happens", async () => {
  const enom = await sandbox();
  enom.fault("purchaseservices", { kind: "lose-request" });

  await expect(post(enom, "PurchaseServices", purchase)).rejects.toThrow("fetch failed");

  expect(enom.books.purchases()).toEqual([]);
  expect(enom.asked("PurchaseServices")).toHaveLength(1);
});

test("a purchase can take effect after its caller has given up", async () => {
  const enom = await sandbox();
  const { promise, resolve } = Promise.withResolvers<void>();
  enom.fault("PurchaseServices", { kind: "late-effect", until: promise });
  await expect(post(enom, "PurchaseServices", purchase)).rejects.toThrow("fetch failed");
  expect(enom.books.purchases()).toEqual([]);

  resolve();

  await expect.poll(() => enom.books.purchases()).toHaveLength(1);
});

test("an answer can end in the middle without any sign but its own text", async () => {
  const enom = await sandbox();
  enom.fault("PurchaseServices", { kind: "cut", bytes: 100 });

  const answer = await post(enom, "PurchaseServices", purchase);
  const text = await answer.text();

  expect(answer.headers.get("content-length")).toBeNull();
  expect(answer.headers.get("transfer-encoding")).toBeNull();
  expect(text).toHaveLength(100);
  expect(text).toContain("<certid>");
  expect(enom.books.purchases()).toHaveLength(1);
});

test.each([
  [{ kind: "status", status: 503 }, 503, "back soon", 0],
  [{ kind: "status", status: 502, body: "", effect: true }, 502, "", 1],
  [{ kind: "html" }, 200, "<html>", 0],
  [{ kind: "html", effect: true }, 200, "<html>", 1],
  [{ kind: "body", body: "<other/>", effect: true }, 200, "<other/>", 1],
] as const)("the answer can be %j", async (fault, status, body, purchases) => {
  const enom = await sandbox();
  enom.fault("PurchaseServices", fault);

  const answer = await post(enom, "PurchaseServices", purchase);

  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(body);
  expect(enom.books.purchases()).toHaveLength(purchases);
});

test("eNom can be made to refuse in any words", async () => {
  const enom = await sandbox();
  const codes = [{ number: "618299", string: "System error; down for maintenance; database" }];
  enom.fault("GetBalance", { kind: "error", texts: ["Down", "for a while"], codes });

  const answer = await ask(enom, "GetBalance");

  expect(at(answer, "ErrCount")).toBe("2");
  expect(refused(answer)).toEqual({ code: "618299", texts: ["Down", "for a while"] });
});

test("an answer can be late without being wrong", async () => {
  const enom = await sandbox();
  enom.fault("GetBalance", { kind: "delay", ms: 20 });

  expect(refused(await ask(enom, "GetBalance"))).toBeUndefined();
});

test("something can happen between two pages, and both pages tell the truth of their moment", async () => {
  const enom = await sandbox();
  for (let i = 0; i < 4; i++) enom.colleague.buys(RAPID, 1);
  const page = async (StartPosition: number) =>
    all(await ask(enom, "CertGetCerts", { StartPosition, PagingPageSize: 2 }), "CertGetCerts.Certs.Cert").map((cert) =>
      at(cert, "CertID"),
    );
  const first = await page(1);

  enom.fault("CertGetCerts", { kind: "meanwhile", run: () => enom.colleague.buys(RAPID, 1) });
  const second = await page(3);

  expect(first).toEqual(["900104", "900103"]);
  expect(second).toEqual(["900103", "900102"]);
});

test("faults come one a call, in their order, and only to their command", async () => {
  const enom = await sandbox();
  enom.fault("GetBalance", { kind: "status", status: 500 }, { kind: "status", status: 502 });

  const statuses = [];
  for (const command of ["CheckLogin", "GetBalance", "GetBalance", "GetBalance"]) {
    statuses.push((await post(enom, command)).status);
  }

  expect(statuses).toEqual([200, 500, 502, 200]);
});

test("a sandbox closes at once though a caller still hangs", async () => {
  const enom = await sandbox();
  enom.fault("PurchaseServices", { kind: "hang", effect: true });
  enom.fault("GetBalance", { kind: "delay", ms: 3_600_000 });
  const hanging = expect(post(enom, "PurchaseServices", purchase)).rejects.toThrow("fetch failed");
  const delayed = expect(post(enom, "GetBalance")).rejects.toThrow("fetch failed");
  await expect.poll(() => enom.asked()).toHaveLength(2);
  await expect.poll(() => enom.books.purchases()).toHaveLength(1);

  await enom.close();

  await hanging;
  await delayed;
  await expect(fetch(enom.url)).rejects.toThrow("fetch failed");
});
