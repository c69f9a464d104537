// billmgr.conf is read as people write it: three spellings, anything around them, and a wrong value is refused where it stands.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { parseBillmgrConf, readBillmgrConf } from "../../../src/shared/config/billmgr-conf.ts";

function conf(text: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-billmgr-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "billmgr.conf"), text);
  return join(folder, "billmgr.conf");
}

const said = (text: string) => {
  const { policy, problems } = parseBillmgrConf(text);
  return { mode: policy.mode?.value, beforeDays: policy.beforeDays?.value, problems };
};

test.for([
  ["SSLSubscriptionPolicy manual", "manual"],
  ["Option SSLSubscriptionPolicy manual", "manual"],
  ["SSLSubscriptionPolicy=manual", "manual"],
  ["SSLSubscriptionPolicy = manual", "manual"],
  ["Option\tSSLSubscriptionPolicy\t=\tmanual", "manual"],
  ["  SSLSubscriptionPolicy   none  ", "none"],
  ['SSLSubscriptionPolicy "none"', "none"],
  ["SSLSubscriptionPolicy='none' # not yet", "none"],
  ["SSLSubscriptionPolicy auto# as before", "auto"],
  ["SSLSubscriptionPolicy AUTO", "auto"],
  ["Option SSLSubscriptionPolicy Manual", "manual"],
  ['SSLSubscriptionPolicy = "NONE"', "none"],
  ["\uFEFFSSLSubscriptionPolicy none", "none"],
  ["SSLSubscriptionPolicy none\r\nSSLSubscriptionBefore 5\r\n", "none"],
  ["SSLSubscriptionPolicy auto\nSSLSubscriptionPolicy none", "none"],
] as const)("%j is understood", ([text, mode]) => {
  expect(said(text)).toMatchObject({ mode, problems: [] });
});

test.for([
  "# SSLSubscriptionPolicy none",
  "SSLSubscriptionPolicyOld none",
  "SSLSubscriptionPolicy-old none",
  "MySSLSubscriptionPolicy none",
  "Name billmgr SSLSubscriptionPolicy none",
  "DBPassword SSLSubscriptionPolicy",
])("%j is another line, and none of ours", (line) => {
  expect(said(line)).toEqual({ mode: undefined, beforeDays: undefined, problems: [] });
});

test.for([
  ["SSLSubscriptionPolicy sometimes", 'SSLSubscriptionPolicy must be auto, manual or none, not "sometimes"'],
  ["SSLSubscriptionPolicy", 'SSLSubscriptionPolicy must be auto, manual or none, not ""'],
  ["SSLSubscriptionPolicy: auto", 'SSLSubscriptionPolicy must be auto, manual or none, not ": auto"'],
  ["SSLSubscriptionBefore 0", 'SSLSubscriptionBefore must be a whole number from 1 to 200, not "0"'],
  ["Option SSLSubscriptionBefore 201", 'SSLSubscriptionBefore must be a whole number from 1 to 200, not "201"'],
  ["SSLSubscriptionBefore=10.5", 'SSLSubscriptionBefore must be a whole number from 1 to 200, not "10.5"'],
  ["SSLSubscriptionBefore=-3", 'SSLSubscriptionBefore must be a whole number from 1 to 200, not "-3"'],
  ["SSLSubscriptionBefore 1e2", 'SSLSubscriptionBefore must be a whole number from 1 to 200, not "1e2"'],
  ["SSLSubscriptionBefore 10 days", 'SSLSubscriptionBefore must be a whole number from 1 to 200, not "10 days"'],
] as const)("%j is refused with what is permitted", ([line, problem]) => {
  expect(said(`\n${line}\n`).problems).toEqual([`line 2: ${problem}`]);
});

test("every wrong value is named with file and line, and a long or hostile one is not shown whole", () => {
  const path = conf(
    `SSLSubscriptionPolicy on\n\nSSLSubscriptionBefore ${"9".repeat(60)}\nSSLSubscriptionPolicy a\u001b[2Jb\n`,
  );

  expect(() => readBillmgrConf(path)).toThrow(
    [
      "Fix these settings:",
      `  - BILLMGR_CONF (${path}), line 1: SSLSubscriptionPolicy must be auto, manual or none, not "on"`,
      `  - BILLMGR_CONF (${path}), line 3: SSLSubscriptionBefore must be a whole number from 1 to 200, not "${"9".repeat(40)}"`,
      `  - BILLMGR_CONF (${path}), line 4: SSLSubscriptionPolicy must be auto, manual or none, not "a [2Jb"`,
    ].join("\n"),
  );
});

test("a file that is not there, is no file, or cannot be a settings file by its size is refused by name", () => {
  const large = conf(Buffer.alloc(1_048_577, "#"));

  expect(() => readBillmgrConf("/nowhere/billmgr.conf")).toThrow(/\/nowhere\/billmgr\.conf\): .* cannot be read/);
  expect(() => readBillmgrConf("/dev/zero")).toThrow(/\/dev\/zero\): .* is no plain file/);
  expect(() => readBillmgrConf(large)).toThrow(/is larger than 1 MB/);
  expect(readBillmgrConf(conf(Buffer.alloc(1_048_576, "#")))).toEqual({});
});

test("whatever surrounds them, the two values are found in the lines they stand in", () => {
  const other = fc.string({ unit: "binary", maxLength: 30 }).filter((line) => !/[\r\n]|SSLSubscription/.test(line));
  const blank = fc.constantFrom(" ", "\t", "  ", " \t ");
  const quote = fc.constantFrom("", '"', "'");
  const line = (name: string, value: fc.Arbitrary<string>) =>
    fc
      .tuple(blank, blank, quote, value, fc.constantFrom("", " # SSLSubscriptionPolicy none", "\t"))
      .chain(([before, between, quoted, given, after]) =>
        fc.constantFrom(
          `${name}${between}${quoted}${given}${quoted}${after}`,
          `${before}Option${between}${name}${between}${quoted}${given}${quoted}${after}`,
          `${before}${name}${between}=${between}${quoted}${given}${quoted}${after}`,
          `${name}=${quoted}${given}${quoted}${after}`,
        ),
      );
  const mode = fc.constantFrom("auto", "manual", "none");
  const days = fc.integer({ min: 1, max: 200 });

  fc.assert(
    fc.property(
      mode.chain((value) => fc.tuple(fc.constant(value), line("SSLSubscriptionPolicy", fc.constant(value)))),
      days.chain((value) => fc.tuple(fc.constant(value), line("SSLSubscriptionBefore", fc.constant(`${value}`)))),
      fc.tuple(fc.array(other), fc.array(other), fc.array(other)),
      fc.constantFrom("\n", "\r\n", "\r"),
      ([wantedMode, modeLine], [wantedDays, daysLine], [above, between, below], end) => {
        const lines = [...above, modeLine, ...between, daysLine, ...below];

        expect(parseBillmgrConf(lines.join(end))).toEqual({
          policy: {
            mode: { value: wantedMode, line: above.length + 1 },
            beforeDays: { value: wantedDays, line: above.length + between.length + 2 },
          },
          problems: [],
        });
      },
    ),
  );
});

test("no text makes the reader throw, and what it takes is a policy", () => {
  const text = fc.array(
    fc.oneof(fc.string(), fc.constantFrom("SSLSubscriptionPolicy", "SSLSubscriptionBefore", "=", "\n", " ", "7")),
  );

  fc.assert(
    fc.property(text, (parts) => {
      const { policy } = parseBillmgrConf(parts.join(""));
      expect(["auto", "manual", "none", undefined]).toContain(policy.mode?.value);
      expect(policy.beforeDays?.value ?? 1).toBeGreaterThanOrEqual(1);
      expect(policy.beforeDays?.value ?? 1).toBeLessThanOrEqual(200);
    }),
  );
});
