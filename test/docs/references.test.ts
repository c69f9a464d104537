// The references say what the code says: settings, codes, events and keys; what is generated is fresh.
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { z } from "zod";
import { gatewayLogEvents } from "../../src/producers/log-events.ts";
import { attentionCodes, codes } from "../../src/shared/base/codes.ts";
import { sharedLogEvents } from "../../src/shared/base/log-events.ts";
import { readSettings } from "../../src/shared/base/read-settings.ts";
import { timelineEvents } from "../../src/shared/certificate/timeline-events.ts";
import { readFleetFile } from "../../src/shared/config/fleet-file.ts";
import * as settings from "../../src/shared/config/settings.ts";
import { settingNames } from "../../src/shared/config/settings.ts";
import { keysUnder } from "../../src/shared/redis/keys.ts";
import { workerLogEvents } from "../../src/workers/log-events.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const run = promisify(execFile);
const runbook = read("docs/runbook.md");
const sources = globSync("src/**/*.ts", { cwd: root })
  .filter((file) => !file.endsWith("log-events.ts"))
  .map(read)
  .join("\n");

test("no generated page is stale; npm run docs makes them fresh", async () => {
  const check = run(process.execPath, ["scripts/docs.ts", "--check"], { cwd: root });

  await expect(check).resolves.toMatchObject({ stdout: "", stderr: "" });
}, 60_000);

test(".env.example names every setting once, and where it shows a default, that is what the fleet uses", () => {
  const lines = matches(read(".env.example"), /^(# )?([A-Z_]+)=(.*)$/gm);
  const defaults = lines.flatMap(([, off, name, value]): Shown[] => (off && value ? [[name, value]] : []));

  expect(sorted(lines.map(([, , name]) => name))).toEqual(sorted(settingNames));
  expectDefaults(defaults);
});

test("the configuration file that the guide shows is accepted as it stands", () => {
  const example =
    /```yaml\n(# yaml-language-server: [^\n]+\naccounts:.*?)```/s.exec(read("docs/howto/accounts.md"))?.[1] ?? "";
  const folder = mkdtempSync(join(tmpdir(), "certfleet-docs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "certfleet.yaml"), example);

  expect(readFleetFile(join(folder, "certfleet.yaml"))).toMatchObject({
    accounts: [{ id: "main" }],
    withoutEffect: [],
  });
});

test("the runbook has every attention code, and says whether the fleet goes on by itself", () => {
  const kinds = attentionCodes.map((code) => [code, codes[code].attention] as const);
  const sections = matches(runbook, /^### `([a-z-]+)`\n\n\*(Goes on by itself|Needs a decision)/gm);
  const words = { fleet: "Goes on by itself", person: "Needs a decision" };

  expect(sorted(sections.map(([, code, said]) => `${code}: ${said}`))).toEqual(
    sorted(kinds.map(([code, { goesOn }]) => `${code}: ${words[goesOn]}`)),
  );
});

test("what the runbook quotes of the program is what the program says", () => {
  const prose = runbook.replace(/```.*?```|`[^`\n]*`/gs, "");
  const inProse = matches(prose, /"([^"\n]+(?:\n[^"\n]+)*)"/g).map(([, said]) => said.replace(/\s+/g, " "));
  const tables = matches(runbook, /^\| (?:the message says|it says|unmatched) \|.*\n\|-.*\n((?:\|.*\n)+)/gm);
  const inTables = tables.flatMap(([, rows]) => matches(rows, /^\| ([^|]+) \|/gm).map(([, said]) => said));
  // What the program fills in stands as `…`, as an example of an attempt, or between two sentences.
  const parts = [...inProse, ...inTables]
    .flatMap((said) => said.replace(/^(at eNom|here): /, "").split(/…|; |`|REF#1|, [A-Z]{5,}, /))
    .map((part) => part.trim())
    .filter((part) => part.length > 9);

  expect(parts.length).toBeGreaterThan(20);
  expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
});

test("every event that is logged, or stands in a timeline, has its meaning in the tables, and nothing else has", () => {
  const inCode = matches(sources, /\bevent: ([^,}\n]*)/g).flatMap(([, said]) => namesIn(said));
  const inTimeline = matches(sources, /\bwithEvent\(([^;]*?);/g).flatMap(([, said]) => namesIn(said).slice(0, 1));
  const logged = Object.keys({ ...sharedLogEvents, ...gatewayLogEvents, ...workerLogEvents });

  expect(inCode.length).toBeGreaterThan(25);
  expect(logged.filter((name) => !inCode.includes(name))).toEqual([]);
  expect(inCode.filter((name) => !logged.includes(name) && !(name in timelineEvents))).toEqual([]);
  expect(inTimeline.filter((name) => !(name in timelineEvents))).toEqual([]);
  expect(new Set(Object.values(timelineEvents)).size).toBe(Object.keys(timelineEvents).length);
});

test("every Redis key of ours stands in docs/reference/redis-keys.md with its type, life and owner", () => {
  const rows = matches(
    read("docs/reference/redis-keys.md"),
    /^\| (`[^|]+`) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm,
  );
  const documented = rows.flatMap(([, keys]) => matches(keys, /`([^`]+)`/g).map(([, key]) => key));
  const { prefix, ...others } = keysUnder("{p}");
  const all = Object.values(others).flatMap((key) => (typeof key === "object" ? Object.values(key) : [key]));
  const patterns = all.map((key) =>
    String(typeof key === "function" ? Reflect.apply(key, undefined, ["[^:]+", "[^:]+"]) : key).slice(
      prefix.length + 1,
    ),
  );

  const missing = patterns.filter((pattern) => !documented.some((key) => new RegExp(`^${pattern}$`).test(key)));

  expect(patterns.length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});

type Shown = [name: string, value: string];

/** What cannot be left out, for a fleet that sets nothing else. */
const REQUIRED: Record<string, string> = { REDIS_URL: "redis://x", SMTP_URL: "smtp://x", MAIL_FROM: "a@example.com" };

/** Each setting that has a default is shown with it, and nothing else is. */
function expectDefaults(shown: readonly Shown[]): void {
  const bare = settingsWith([]);
  expect(settingsWith(shown)).toEqual(bare);
  expect(sorted(shown.map(([name]) => name))).toEqual(sorted(Object.keys(bare).filter((name) => !(name in REQUIRED))));
}

/** Every setting as the fleet reads it, when these are given. */
function settingsWith(given: readonly Shown[]): Record<string, unknown> {
  const { settingNames: _names, ...groups } = settings;
  const shape = Object.assign({}, ...Object.values(groups)) as z.ZodRawShape;
  return readSettings(shape, { ...REQUIRED, ...Object.fromEntries(given) });
}

/** Matches with their groups; a group that did not take part is an empty string. */
function matches(text: string, pattern: RegExp): [string, string, string, string][] {
  return [...text.matchAll(pattern)].map(([all, a = "", b = "", c = ""]) => [all, a, b, c]);
}

/** Names such as `job.failed` in a piece of source. */
function namesIn(source: string): string[] {
  return matches(source, /"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"/g).map(([, name]) => name);
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort();
}
