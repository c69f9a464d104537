// Every example is run as a reader would run it: against a gateway, workers and a pretended eNom.
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { startGateway } from "../../src/producers/main.ts";
import { startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { bareEnv } from "../support/process.ts";
import { issued, PASSWORD, type World, world } from "../support/world.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** A fleet whose gateway the examples talk to. */
async function fleet(env: NodeJS.ProcessEnv = {}) {
  const w = await world();
  const gateway = await startGateway({ ...w.env, PORT: "0", ...env });
  onTestFinished(gateway.stop);
  const example = (file: string, ...args: string[]) =>
    run(process.execPath, [join("examples", file), ...args], {
      cwd: root,
      env: { ...bareEnv(), CERTFLEET_URL: gateway.url, POLL_SECONDS: "0.1" },
    });
  return { w, example };
}

async function withIssued(
  reference: string,
): Promise<{ w: World; example: Awaited<ReturnType<typeof fleet>>["example"] }> {
  const { w, example } = await fleet();
  await w.work(["open", "reissue", "notify"]);
  await example("order-by-http.mjs", reference);
  await w.until(reference, issued);
  return { w, example };
}

test("order-by-http: the order is accepted, and the same order again is the same order", async () => {
  const { w, example } = await fleet();

  const first = await example("order-by-http.mjs", "bill-7");
  const again = await example("order-by-http.mjs", "bill-7");

  expect([first.stdout, again.stdout]).toEqual(["bill-7 is accepted: ordered\n", "bill-7 is accepted: ordered\n"]);
  expect(await w.redis.zcard(w.keys.byAcceptance)).toBe(1);
});

test("order-by-http: a wrong order is refused with each wrong field, and not sent again", async () => {
  const { example } = await fleet();

  const refused = example("order-by-http.mjs", "no blanks allowed");

  await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("  reference: ") });
});

test("wait-for-result: the certificate comes out as PEM, leaf first", async () => {
  const { w, example } = await fleet();
  await example("order-by-http.mjs", "bill-8");
  const waiting = example("wait-for-result.mjs", "bill-8");
  await w.work(["open", "notify"]);

  const { stdout } = await waiting;

  expect(new X509Certificate(stdout).checkHost("shop.example.com")).toBe("shop.example.com");
});

test("wait-for-result: an order that nobody placed is said to be unknown", async () => {
  const { example } = await fleet();

  await expect(example("wait-for-result.mjs", "bill-9")).rejects.toMatchObject({ code: 1 });
});

test("reissue: the certificate is reissued under the same reference", async () => {
  const { w, example } = await withIssued("bill-10");
  const before = await w.certificates.find("bill-10");

  const { stdout } = await example("reissue.mjs", "bill-10", "the key was lost");

  expect(stdout).toContain("bill-10 is reissuing");
  const after = await w.until("bill-10", ({ record }) => record.reissues === 1);
  expect(after.record.issue?.serialNumber).not.toBe(before?.record.issue?.serialNumber);
});

test("several-accounts: an order is bought on the account of its data center", async () => {
  const america = await startSandboxEnom({ username: "acme-america", password: PASSWORD });
  onTestFinished(() => america.close());
  const { w, example } = await fleet();
  const folder = mkdtempSync(join(tmpdir(), "certfleet-examples-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [europeYaml = "", americaYaml = ""] = readFileSync(
    join(root, "examples/several-accounts/certfleet.yaml"),
    "utf8",
  ).split(/(?= {2}- id: america)/);
  const TEST_SYSTEM = "https://resellertest.enom.com/interface.asp";
  const file = join(folder, "certfleet.yaml");
  writeFileSync(file, europeYaml.replace(TEST_SYSTEM, w.enom.url) + americaYaml.replace(TEST_SYSTEM, america.url));
  const { ENOM_USERNAME: europe, ENOM_PASSWORD: _password, ...env } = w.env;
  await w.work(["open", "notify"], {
    ...env,
    CERTFLEET_CONFIG: file,
    ENOM_EUROPE_USERNAME: europe,
    ENOM_EUROPE_PASSWORD: PASSWORD,
    ENOM_AMERICA_USERNAME: "acme-america",
    ENOM_AMERICA_PASSWORD: PASSWORD,
  });

  const { stdout } = await example("several-accounts/order.mjs", "bill-11", "us-1");
  const { record } = await w.until("bill-11", issued);

  expect(stdout).toContain("* america  eNom America  us-1");
  expect(record.account).toBe("america");
  expect([america.books.purchases().length, w.enom.books.purchases().length]).toEqual([1, 0]);
});

test("own-template: the text of one's own has no fault and is the one that is sent", async () => {
  const { stdout } = await run(process.execPath, ["examples/own-template/preview.mjs"], { cwd: root, env: bareEnv() });

  expect(stdout).toContain("no fault found");
  expect(stdout).toContain("Subject: Example Hosting: your certificate for shop.example.com is on its way");
});

test("every program stands in the list, and all of the list is there", () => {
  const programs = globSync("examples/**/*.mjs", { cwd: root }).map((file) => file.replace("examples/", ""));
  const listed = [...readFileSync(join(root, "examples/README.md"), "utf8").matchAll(/\]\(([\w/-]+\.mjs)\)/g)].map(
    ([, file]) => file,
  );

  expect(programs.length).toBeGreaterThanOrEqual(6);
  expect(listed.sort()).toEqual(programs.sort());
});
