// The documents can be read: README and CONTRIBUTING are short, lines fit a screen, and README shows what the dashboard looks like.
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { fill } from "../../src/shared/mail/filled.ts";
import { NotificationRequest } from "../../src/shared/mail/notification.ts";
import { isTemplate, templates } from "../../src/shared/mail/templates.ts";

const root = resolve(import.meta.dirname, "../..");
const PICTURE = "docs/pictures/dashboard.png";
const read = (file: string): string => readFileSync(join(root, file), "utf8");

test("README is read in ten minutes: at most 200 lines, under 1,800 words", () => {
  const text = read("README.md");

  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(200);
  expect(text.split(/\s+/).filter(Boolean).length).toBeLessThan(1_800);
});

test("CONTRIBUTING shows a newcomer the way around in at most 60 lines", () => {
  expect(read("CONTRIBUTING.md").trimEnd().split("\n").length).toBeLessThanOrEqual(60);
});

test("no line of a document is longer than 120 characters, outside of tables and code", () => {
  const pages = globSync("{README.md,CONTRIBUTING.md,docs/**/*.md}", { cwd: root });
  const tooLong = pages.flatMap((page) => longLinesOf(read(page)).map((line) => `${page}:${line}`));

  expect(pages.length).toBeGreaterThan(50);
  expect(tooLong).toEqual([]);
});

test("README shows the dashboard in its first lines, and the picture is a PNG under 200 KB, 1280 pixels wide", () => {
  const picture = readFileSync(join(root, PICTURE));
  const firstScreen = read("README.md").split("\n").slice(0, 20).join("\n");

  expect(firstScreen).toMatch(/!\[[^\]]{20,}\]\(docs\/pictures\/dashboard\.png\)/);
  expect(picture.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  expect(picture.subarray(12, 16).toString("latin1")).toBe("IHDR");
  expect(picture.readUInt32BE(16)).toBe(1_280);
  expect(picture.length).toBeLessThan(200 * 1_024);
});

test("the mail that the billing tutorial shows is one that Certfleet sends", () => {
  const [, shown = ""] = /```json\n(\{\s+"key".*?)```/s.exec(read("docs/tutorials/billing-integration.md")) ?? [];

  const { template, reference, values } = NotificationRequest.parse(JSON.parse(shown));
  const ofRecord = isTemplate(template) ? (templates[template].example as typeof values) : {};

  expect(reference).toBe("bill-1001");
  expect(fill({ template, values: { ...ofRecord, ...values } })).not.toHaveProperty("faults");
});

/** The numbers of lines that are too long. */
function longLinesOf(page: string): number[] {
  let isCode = false;
  return page.split("\n").flatMap((line, i) => {
    if (/^\s*```/.test(line)) {
      isCode = !isCode;
      return [];
    }
    const isTable = /^\s*\|/.test(line);
    return isCode || isTable || [...line].length <= 120 ? [] : [i + 1];
  });
}
