// Order files as editors and shells save them: UTF-8 is taken, anything else is named, and what is normalised is told.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contact, orderBody } from "../../../support/order.ts";
import { certfleet, ownContext } from "../support.ts";

test("a file with a byte order mark is taken, and what is normalised is told, a field a line", async () => {
  const { env } = ownContext();
  const admin = { ...contact, city: "München", country: "de", state: "" };
  const body = await orderBody({ reference: "bill-1", contacts: { admin } });
  const file = await written(Buffer.from(`\ufeff${JSON.stringify(body)}`));

  const { code, stdout, stderr } = await certfleet(["certificate", "open", "--file", file, "--json"], { env });

  expect(code).toBe(0);
  expect(stderr.split("\n").slice(0, 4)).toEqual([
    "Order bill-1 is accepted.",
    'contacts/admin/country: "de" is kept as "DE".',
    'contacts/admin/city: "München" is kept as "Muenchen".',
    'contacts/admin/state: was not given; "Muenchen" is used.',
  ]);
  expect(JSON.parse(stdout).normalised).toContainEqual({
    field: "contacts/admin/city",
    from: "München",
    to: "Muenchen",
  });
});

test.for([
  [
    "in UTF-16, as PowerShell writes it",
    (json: string) => Buffer.from(`\ufeff${json}`, "utf16le"),
    /must be UTF-8: it is UTF-16/,
  ],
  ["in Latin-1", (json: string) => Buffer.from(json, "latin1"), /must be UTF-8: line 1 has the byte 0xe9.*8859-1/],
] as const)("a file %s is refused, and the cause is named", async ([, encode, cause]) => {
  const body = await orderBody({ customer: { email: "client@example.net", name: "René" } });
  const file = await written(encode(JSON.stringify(body)));

  const result = await certfleet(["certificate", "open", "--file", file], { env: ownContext().env });

  expect(result).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(cause) });
});

/** A file with these bytes, for the time of a test. */
async function written(bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "certfleet-cli-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "order.json"), bytes);
  return join(folder, "order.json");
}
