// Files of many orders: what spreadsheets and programs write, and what becomes of each row, over Redis and over HTTP alike.
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { type ManyOrders, openMany } from "../../../../src/producers/cli/bulk/open-many.ts";
import { progressText } from "../../../../src/producers/cli/bulk/progress.ts";
import { readRows } from "../../../../src/producers/cli/bulk/rows.ts";
import type { ProgramContext } from "../../../../src/producers/cli/own-redis.ts";
import { orderBody } from "../../../support/order.ts";
import { world } from "../../http/world.ts";
import { inFleet, ownContext } from "../support.ts";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "certfleet-bulk-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

async function open(context: ProgramContext, asked: ManyOrders) {
  const [out, err, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const result = await openMany(asked, context, { out, err, stdin });
  return { result, lines: `${out.read() ?? ""}`.split("\n").filter((line) => line !== "") };
}

const quoted = (cell: unknown): string => `"${`${cell ?? ""}`.replaceAll('"', '""')}"`;

/** As spreadsheets of half of Europe write it. */
async function csvOf(path: string, orders: readonly object[]): Promise<void> {
  const flat = (value: object, before = ""): [string, unknown][] =>
    Object.entries(value).flatMap(([name, inner]) =>
      typeof inner === "object" && inner !== null ? flat(inner, `${before}${name}.`) : [[before + name, inner]],
    );
  const rows = orders.map((order) => new Map(flat(order)));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = [columns.join(";"), ...rows.map((row) => columns.map((name) => quoted(row.get(name))).join(";"))];
  await writeFile(path, `\uFEFF${lines.join("\r\n")}\r\n`);
}

test("a CSV orders its rows; the next run does what is left, also behind a line of the results that was cut", async () => {
  const context = ownContext();
  const path = join(await folder(), "orders.csv");
  const body = await orderBody({ policy: { mode: "manual", beforeDays: 12 }, acknowledge: ["email-validation-ends"] });
  const rows = ["a", "b", "c"].map((reference) => ({ ...body, reference, brand: 'Ada; "Hosting"' }));
  await csvOf(path, [...rows, { ...rows[0], reference: "d", years: 9 }]);

  const dry = await open(context, { file: path, format: "csv", dryRun: true, json: true });
  expect(dry.lines.slice(0, 3).map((line) => JSON.parse(line).status)).toEqual([200, 200, 200]);
  expect(JSON.parse(dry.lines.at(-1) ?? "").costs.at(-1)).toMatchObject({ product: null, orders: 3, unpriced: 3 });
  const first = await open(context, { file: path, format: "csv" });
  expect(first.result).toMatchObject({
    ending: "failed",
    note: expect.stringMatching(/^4 rows: 3 accepted, 0 .* 1 refused/),
  });
  expect(first.lines.at(-1)).toMatch(/d +refused \(422\): years: must be at most 5\./);
  await inFleet(context, async ({ certificates }) => {
    const { order, record } = (await certificates.find("b")) ?? {};
    expect([order?.brand, record?.terms.policy]).toEqual(['Ada; "Hosting"', { mode: "manual", beforeDays: 12 }]);
  });

  const results = `${path}.results.ndjson`;
  const kept = (await readFile(results, "utf8")).split("\n");
  await writeFile(results, `${kept[0]}\n`); // as if the run was killed behind its first row …
  await appendFile(results, `${kept[1]}`.slice(0, 50)); // … and within the result of the second one
  const second = await open(context, { file: path, format: "csv" });
  expect(second.result.note).toMatch(/^3 rows: 0 accepted, 2 accepted before, 1 refused, 1 skipped/);
  await csvOf(path, rows);
  expect((await open(context, { file: path, format: "csv" })).result).toMatchObject({
    ending: "done",
    note: expect.stringMatching(/^0 rows: .* 3 skipped/),
  });
  await csvOf(path, [{ ...rows[0], years: 2 }]); // was changed after it was accepted: another order
  expect((await open(context, { file: path, format: "csv" })).lines[0]).toMatch(/refused \(409\)/);
});

test("over HTTP the same rows have the same results", async () => {
  const here = await world();
  await here.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = here.app.server.address() as AddressInfo;
  const context = { ...ownContext(), asked: { url: `http://127.0.0.1:${port}` } };
  const path = join(await folder(), "orders.ndjson");
  const body = await orderBody();
  const lines = ["a", "b"].map((reference) => JSON.stringify({ ...body, reference }));
  await writeFile(path, `${lines[0]}\n\n{oops\n${lines[1]}`);
  const { result, lines: told } = await open(context, { file: path, format: "ndjson", json: true });
  expect(told.map((line) => JSON.parse(line)).map(({ line, reference, status }) => [line, reference, status])).toEqual([
    [1, "a", 202],
    [3, null, 400],
    [4, "b", 202],
  ]);
  expect(result.ending).toBe("failed");
  expect((await here.certificates.find("b"))?.order.reference).toBe("b");
  await expect(open(context, { file: join(await folder(), "none.csv"), format: "csv" })).rejects.toThrow(/ENOENT/);
});

test.for([
  ["reference,Jahre", /The column "Jahre" is no field of an order/],
  ["contacts.admin.citi,reference", /"contacts.admin.citi" .* The nearest is contacts\.admin\.city/],
  ["email,reference", /"email" is no field of an order\. The nearest is \S*\.?email/],
  ["reference,reference", /"reference" is there twice/],
  ["reference,,years", /Column 2 has no name/],
  ["reference,__proto__.x", /is no field/],
  ["", /is empty/],
  ['reference,csr\na,"never closed', /line \d+: a cell begins with a quotation mark/],
] as const)(
  "a header that is no order's, and a file that is no CSV, is told before anything is done: %s",
  async ([text, why]) => {
    const path = join(await folder(), "orders.csv");
    await writeFile(path, text);
    await expect(open(ownContext(), { file: path, format: "csv" })).rejects.toThrow(why);
  },
);

test("cells become what the fields are: numbers, lists, nothing; rows keep the number of their first line", async () => {
  const path = join(await folder(), "orders.tsv");
  const text =
    'reference\tyears\tacknowledge.0\tcustomer.name\tcsr\r\na\t2\tx\t\t"1\n2"\r\n\r\nb\tmany\t\t7\t\n\t\t\t\t\nc\t\t\t\t\textra\n';
  await writeFile(path, text);
  const rows = [];
  for await (const row of readRows(path, "csv", new PassThrough())) rows.push(row);
  expect(rows).toEqual([
    { number: 2, text: JSON.stringify({ reference: "a", years: 2, acknowledge: ["x"], csr: "1\n2" }) },
    { number: 5, text: JSON.stringify({ reference: "b", years: "many", customer: { name: "7" } }) },
    { number: 7, fault: "The row has 6 cells, and the header 5.", isTooLong: false },
  ]);
  await writeFile(path, Buffer.from("\uFEFFreference,years\n", "utf16le"));
  await expect(readRows(path, "csv", new PassThrough()).next()).rejects.toThrow(/UTF-16/);
  await writeFile(path, Buffer.concat([Buffer.from("reference\nM"), Buffer.from([0xfc, 0x0a])]));
  await expect(readRows(path, "csv", new PassThrough()).next()).rejects.toThrow(/line 2 has the byte 0xfc/);
  expect(progressText({ done: 500, refused: 3, total: 2_000, seconds: 10 })).toBe(
    "[#####               ] 500 of 2,000, 3 refused, 50 a second, 30 s left",
  );
});
