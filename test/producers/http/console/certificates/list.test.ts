// Stories about the list of certificates: how one is found, what a page holds, and what leaves as CSV.
import { expect, test, vi } from "vitest";
import { anIssue, anOrder, world } from "../../world.ts";

const HOSTILE = `<script>alert("x")</script>'\u202e`;

async function shop(count = 3) {
  const w = await world();
  for (let i = 0; i < count; i++)
    await w.call("POST", "/v1/certificates", {
      ...(await anOrder(
        { tenant: `customer-${i % 2}`, brand: i === 0 ? "Northwind" : "Harbor" },
        `www.shop${i}.example.com`,
      )),
      reference: `bill-${1000 + i}`,
    });
  const page = async (query: string) => (await w.call("GET", `/certificates${query}`)).text;
  const references = async (query: string) =>
    [...(await page(query)).matchAll(/<code class="soft">([^<]+)<\/code><\/th>/g)].map(([, each]) => each);
  return { ...w, page, references };
}

test("A certificate is found by a part of its domain, its reference, its numbers, its customer's mail and its brand; each word counts.", async () => {
  const w = await shop();
  await w.work("bill-1001", { issue: { ...anIssue, serialNumber: "0A1BFF00" } });

  expect(await w.references("?q=shop1")).toEqual(["bill-1001"]);
  expect(await w.references("?q=BILL-100")).toEqual(["bill-1002", "bill-1001", "bill-1000"]);
  expect(await w.references("?q=0a1bff")).toEqual(["bill-1001"]);
  expect(await w.references("?q=northwind")).toEqual(["bill-1000"]);
  expect(await w.references("?q=harbor+shop2")).toEqual(["bill-1002"]);
  expect(await w.references("?customer=customer-1")).toEqual(["bill-1001"]);
  expect(await w.references("?brand=harbor&sort=acceptedAt")).toEqual(["bill-1001", "bill-1002"]);
  expect(await w.references("?q=shop&status=issued")).toEqual(["bill-1001"]);
  expect(await w.page("?q=nothing-like-it")).toContain("No certificate fits.");
});

test("What changed is found as it is now, and what it was called before is not.", async () => {
  const w = await shop(1);
  expect(await w.references("?q=ada@new.example")).toEqual([]);

  const terms = (await w.certificates.find("bill-1000"))?.record.terms;
  if (!terms) throw new Error("no order");
  await w.work("bill-1000", { terms: { ...terms, customer: { ...terms.customer, email: "ada@new.example" } } });

  // A search is not made anew within half a second.
  await vi.waitFor(async () => expect(await w.references("?q=ada@new.example")).toEqual(["bill-1000"]));
  expect(await w.references(`?q=${terms.customer.email}`)).toEqual([]);
});

test("Every certificate is on one page of a search, however it is sorted, and a page stays below 60 KB.", async () => {
  const w = await shop(120);

  for (const sort of ["", "acceptedAt", "-updated"]) {
    const seen: unknown[] = [];
    for (let path = `/certificates?q=example.com&sort=${sort}`; path; ) {
      const { text } = await w.call("GET", path);
      expect(Buffer.byteLength(text)).toBeLessThan(60_000);
      seen.push(...[...text.matchAll(/<code class="soft">([^<]+)<\/code><\/th>/g)].map(([, each]) => each));
      path = (/rel="next" href="([^"]+)"/.exec(text)?.[1] ?? "").replaceAll("&#38;", "&");
    }
    expect([sort, seen.length, new Set(seen).size]).toEqual([sort, 120, 120]);
  }
});

test("The CSV has what the list has, with names that stay, and a cell that a spreadsheet would run is made harmless.", async () => {
  const w = await shop(2);
  await w.call("POST", "/v1/certificates", { ...(await anOrder({ brand: "=cmd|calc" })), reference: "bill-2000" });

  const { text, headers } = await w.call("GET", "/certificates.csv?q=bill&sort=acceptedAt");
  const lines = text.trimEnd().split("\r\n");

  expect(headers["content-disposition"]).toContain("certificates.csv");
  expect(lines[0]).toMatch(/^reference,domain,status,product,.*,attentionBy$/);
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(["bill-1000", "bill-1001", "bill-2000"]);
  expect(lines[3]).toContain("'=cmd|calc");
});

test("Hostile data is text on the page, and a hostile search is shown as it was typed.", async () => {
  const w = await shop(1);
  const certificate = await w.certificates.find("bill-1000");
  if (!certificate) throw new Error("no order");
  await w.work("bill-1000", { terms: { ...certificate.record.terms, brand: HOSTILE } });

  const text = await w.page(`?q=${encodeURIComponent(HOSTILE)}&columns=brand`);

  expect(text).not.toContain("<script>alert");
  expect(text).toContain("&#60;script&#62;alert");
  expect(text).toContain('name="q" value="&#60;script&#62;alert');
});
