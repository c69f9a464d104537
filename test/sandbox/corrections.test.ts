// A paid order is corrected, and a cancelled one leaves its slot, by the calls of the API and the command line, before a whole
// fleet: what eNom's books say in the end is one purchase.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { certfleet } from "../producers/cli/support.ts";
import { makeCsr } from "../support/csr.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { type Shown, type Stage, stage } from "./stage.ts";

vi.setConfig({ testTimeout: 90_000 });

const issued = ({ status }: Shown): boolean => status === "issued";
const awaited = ({ status }: Shown): boolean => status === "awaiting-validation";
const bought = ({ w }: Stage): number => w.enom.books.purchases().length;

function fileOf(content: string): string {
  const folder = mkdtempSync(join(quickFolder(), "certfleet-csr-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "new.csr");
  writeFileSync(path, content);
  return path;
}

const ways: Record<string, (s: Stage, reference: string, csr: string) => Promise<void>> = {
  "over HTTP": (s, reference, csr) => s.put(reference, "csr", { csr, reason: "typo in the name" }),
  "by command line": async (s, reference, csr) => {
    const words = ["certificate", "csr", reference, "--file", fileOf(csr), "--reason", "typo in the name"];
    const { code, stderr } = await certfleet(words, { env: s.w.env });
    if (code !== 0) throw new Error(stderr);
  },
};

test.for([
  ["over HTTP", "silent.example.com", awaited],
  ["by command line", "silent.example.com", awaited],
  ["over HTTP", "caa.example.com", ({ attention }) => attention?.code === "enom-refused"],
  ["by command line", "refuse.example.com", ({ attention }) => attention?.code === "rejected-by-owner"],
] as [string, string, (shown: Shown) => boolean][])(
  "%s the name of an order for %s is corrected while it waits: issued, one purchase",
  async ([way, domain, waits]) => {
    const s = await stage();
    const reference = await s.order(domain);
    const { certId } = await s.until(reference, waits);

    await ways[way]?.(s, reference, await makeCsr({ cn: "shop.example.com" }));
    const done = await s.until(reference, issued);

    expect(done.certId).toBe(certId);
    expect(s.w.enom.books.findSlot(certId ?? 0)?.configuration?.domain).toBe("shop.example.com");
    expect(done.timeline.map(({ event }) => event)).toContain("csr.corrected");
    expect(bought(s)).toBe(1);
  },
);

test("corrected twice, cancelled, and ordered anew: every order of the product takes the one slot", async () => {
  const s = await stage();
  const first = await s.order("silent.example.com");
  await s.until(first, awaited);
  await s.put(first, "csr", { csr: await makeCsr({ cn: "www.silent.example.com" }), reason: "www is missing" });
  await s.until(
    first,
    ({ timeline }) => timeline.filter(({ event }) => event === "certificate.submitted").length === 2,
  );
  await s.put(first, "csr", { csr: await makeCsr({ cn: "mail.silent.example.com" }), reason: "no, mail" });
  const { certId } = await s.until(
    first,
    ({ timeline }) => timeline.filter(({ event }) => event === "certificate.submitted").length === 3,
  );

  await s.say(first, "cancel", { reason: "not wanted" });
  const gone = await s.until(first, ({ status, cancellation }) => status === "cancelled" && cancellation !== null);
  const second = await s.order("shop.example.com");
  const done = await s.until(second, issued);

  expect(gone.cancellation).toMatchObject({ money: "unused-slot", price: "9.95", certId });
  expect(done.certId).toBe(certId);
  expect(bought(s)).toBe(1);
});

test("cancelling an issued certificate wants its reference, by either call, and nothing is cancelled by a wrong one", async () => {
  const s = await stage();
  const reference = await s.order("shop.example.com");
  await s.until(reference, issued);
  const cancel = (...words: string[]) =>
    certfleet(["certificate", "resolve", reference, "--cancel", "--reason", "not wanted", ...words], { env: s.w.env });

  const answers = [];
  for (const confirm of [undefined, "", "another", reference.toUpperCase(), `${reference} `])
    answers.push(await s.say(reference, "cancel", { reason: "x", confirm }).catch((error: Error) => error.message));
  const [plain, wrong, elsewhere] = [
    await cancel(),
    await cancel("--confirm", "another"),
    await certfleet(["certificate", "resolve", reference, "--retry", "--reason", "x", "--confirm", reference], {
      env: s.w.env,
    }),
  ];
  const before = await s.show(reference);
  const confirmed = await cancel("--confirm", reference);
  const after = await s.until(reference, ({ status }) => status === "cancelled");

  for (const answer of answers) expect(answer).toMatch(/: 422 .*"field":"confirm"/s);
  expect([plain.code, wrong.code, elsewhere.code]).toEqual([2, 2, 2]);
  expect(plain.stderr).toMatch(/9\.95 USD for slot \d+ would be lost.*add --confirm /s);
  expect(wrong.stderr).toContain(`--confirm: It must be the reference of the order that is cancelled, ${reference}.`);
  expect(before.status).toBe("issued");
  expect(confirmed.code).toBe(0);
  expect(after.cancellation).toMatchObject({ money: "refundable", price: "9.95", refundBy: expect.any(String) });
  expect(after.cancellation?.ticket).toContain("It was issued; it will not be used");
});
