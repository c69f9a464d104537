// The documents say what is true: settings, codes, events, packages, keys, links, commands and examples are held against the code.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { z } from "zod";
import { readSettings } from "../src/shared/base/read-settings.ts";
import { attentionKinds } from "../src/shared/certificate/attention.ts";
import { parseOrder } from "../src/shared/certificate/order.ts";
import { readFleetFile } from "../src/shared/config/fleet-file.ts";
import * as settings from "../src/shared/config/settings.ts";
import { settingNames } from "../src/shared/config/settings.ts";
import { jobs } from "../src/shared/queue/jobs.ts";
import { openQueues } from "../src/shared/queue/queues.ts";
import { keysUnder } from "../src/shared/redis/keys.ts";
import { bareEnv } from "./support/process.ts";

const root = resolve(import.meta.dirname, "..");
const TODAY = new Date("2026-11-22T12:00:00Z");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const run = promisify(execFile);

const readme = read("README.md");
const runbook = read("docs/runbook.md");
const pages = globSync("{*.md,docs/**/*.md}", { cwd: root });
const sources = globSync("src/**/*.ts", { cwd: root }).map(read).join("\n");
const manifest = z
  .object({
    version: z.string(),
    scripts: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    overrides: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read("package.json")));

test(".env.example names every setting once, and where it shows a default, that is what the fleet uses", () => {
  const lines = matches(read(".env.example"), /^(# )?([A-Z_]+)=(.*)$/gm);
  const defaults = lines.flatMap(([, off, name, value]): Shown[] => (off && value ? [[name, value]] : []));

  expect(sorted(lines.map(([, , name]) => name))).toEqual(sorted(settingNames));
  expectDefaults(defaults);
});

test("the README lists every setting with the default that the fleet uses", () => {
  const rows = matches(readme, /^\| `([A-Z_]{4,})` \| (?:`([^`]+)`|–) \|/gm);
  const defaults = rows.flatMap(([, name, value]): Shown[] => (value ? [[name, value]] : []));

  expect(sorted(rows.map(([, name]) => name))).toEqual(sorted(settingNames));
  expectDefaults(defaults);
});

test("the configuration file that the README shows is accepted as it stands", () => {
  const example = /```yaml\n(# yaml-language-server: [^\n]+\naccounts:.*?)```/s.exec(readme)?.[1] ?? "";
  const folder = mkdtempSync(join(tmpdir(), "certfleet-docs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "certfleet.yaml"), example);

  expect(readFleetFile(join(folder, "certfleet.yaml"))).toMatchObject({
    accounts: [{ id: "main" }],
    withoutEffect: [],
  });
});

test("the runbook and the README have every attention code, and say whether the fleet goes on by itself", () => {
  const kinds = Object.entries(attentionKinds);
  const sections = matches(runbook, /^### `([a-z-]+)`\n\n\*(Goes on by itself|Waits for a person)/gm);
  const rows = matches(readme, /^\| \[`([a-z-]+)`\]\([^)]+\) \| (fleet|person) \|/gm);
  const words = { fleet: "Goes on by itself", person: "Waits for a person" };

  expect(sorted(sections.map(([, code, said]) => `${code}: ${said}`))).toEqual(
    sorted(kinds.map(([code, { goesOn }]) => `${code}: ${words[goesOn]}`)),
  );
  expect(sorted(rows.map(([, code, who]) => `${code} ${who}`))).toEqual(
    sorted(kinds.map(([code, { goesOn }]) => `${code} ${goesOn}`)),
  );
});

test("every event that is logged stands in docs/events.md, and nothing that is not logged", () => {
  const [logged = "", timeline = ""] = read("docs/events.md").split("## In an order's timeline");
  const inCode = matches(sources, /\bevent: ([^,}\n]*)/g).flatMap(([, said]) => namesIn(said));
  const inTimeline = matches(sources, /\bwithEvent\(([^;]*?);/g).flatMap(([, said]) => namesIn(said).slice(0, 1));
  const documented = matches(logged, /^\| `([a-z.-]+)` \|/gm).map(([, name]) => name);

  expect(inCode.length).toBeGreaterThan(25);
  expect(documented.filter((name) => !inCode.includes(name))).toEqual([]);
  expect(inCode.filter((name) => !documented.includes(name) && !timeline.includes(`\`${name}\``))).toEqual([]);
  expect(inTimeline.filter((name) => !timeline.includes(`\`${name}\``))).toEqual([]);
});

test("every package has its reason, and no reason is left of a package that is gone", () => {
  const rows = matches(read("docs/decisions/000-dependencies.md"), /^\| `([^`]+)` \| .{10,} \|$/gm);
  const packages = [manifest.dependencies, manifest.devDependencies, manifest.overrides].flatMap(Object.keys);

  expect(sorted(rows.map(([, name]) => name))).toEqual(sorted(packages));
});

test("every decision says what was decided, instead of what, and why, and has a number of its own", () => {
  const files = globSync("docs/decisions/*.md", { cwd: root }).filter((file) => !file.endsWith("000-dependencies.md"));
  const wrong = files.filter(
    (file) => !/^# \d{3} .+\n\n\*\*What\.\*\*.+\*\*Instead of\.\*\*.+\*\*Why\.\*\*/s.test(read(file)),
  );
  const numbers = files.map((file) => /\/(\d{3})-/.exec(file)?.[1]);

  expect(wrong).toEqual([]);
  expect(new Set(numbers).size).toBe(files.length);
  expect(files.filter((file) => !read(file).startsWith(`# ${/\/(\d{3})-/.exec(file)?.[1]} `))).toEqual([]);
});

test("every Redis key of ours stands in docs/design.md with its type, life and owner", () => {
  const rows = matches(read("docs/design.md"), /^\| (`[^|]+`) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm);
  const documented = rows.flatMap(([, keys]) => matches(keys, /`([^`]+)`/g).map(([, key]) => key));
  const { prefix, ledger, ...others } = keysUnder("{p}");
  const patterns = [...Object.values(others), ...Object.values(ledger)].map((key) =>
    String(typeof key === "function" ? Reflect.apply(key, undefined, ["[^:]+", "[^:]+"]) : key).slice(
      prefix.length + 1,
    ),
  );

  const missing = patterns.filter((pattern) => !documented.some((key) => new RegExp(`^${pattern}$`).test(key)));

  expect(patterns.length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});

test("no link in any document leads nowhere", () => {
  const broken = pages.flatMap((page) =>
    matches(read(page), /\]\((?!https?:|mailto:)([^)\s]+)\)/g)
      .map(([, link]) => link)
      .filter((link) => !leadsSomewhere(link, page))
      .map((link) => `${page}: ${link}`),
  );

  expect(broken).toEqual([]);
});

test("every command that the documents show exists, with the options they show", async () => {
  const shown = [readme, runbook].flatMap((text) => matches(text, /bin\/certfleet ([a-z][^`\n|;#]*)/g));
  const commands = shown.map(([, line]) => ({
    verb: verbOf(line),
    options: line.match(/--[a-z-]+/g) ?? [],
  }));
  const verbs = [...new Set(commands.map((command) => command.verb))];
  const asked = verbs.map((verb) =>
    run(process.execPath, ["bin/certfleet", ...verb.split(" "), "--help"], { cwd: root }),
  );
  const helps = new Map((await Promise.all(asked)).map(({ stdout }, i) => [verbs[i] ?? "", stdout]));

  expect(helps.size).toBeGreaterThan(10);
  for (const [verb, help] of helps) expect(help).toContain(`Usage: certfleet ${verb} `);
  for (const { verb, options } of commands)
    for (const option of options) expect(helps.get(verb), verb).toContain(option);
}, 60_000);

test("every npm command that the documents show is one of package.json", () => {
  const shown = pages.flatMap((page) => matches(read(page), /`npm run ([a-z]+)/g).map(([, name]) => name));

  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((name) => !(name in manifest.scripts))).toEqual([]);
});

test("the example order is one that the fleet accepts", async () => {
  expect(await parseOrder(JSON.parse(read("examples/order.json")), TODAY)).toMatchObject({
    order: { reference: "bill-1001", domain: "shop.example.com" },
  });
});

test("the example program needs only bullmq and ioredis, and puts an order into the queue that the open worker takes", async () => {
  const imported = matches(read("examples/place-order.mjs"), /from "([^"]+)"/g).map(([, name]) => name);
  const prefix = `{docs-${randomUUID().slice(0, 8)}}`;
  const url = inject("redisUrl").replace(/^unix:\/\//, "");

  await run(process.execPath, ["examples/place-order.mjs", "bill-7"], {
    cwd: root,
    env: { ...bareEnv(), REDIS_URL: url, CERTFLEET_PREFIX: prefix },
  });

  const redis = new Redis(url, { maxRetriesPerRequest: null });
  const queues = openQueues(redis, prefix, () => undefined);
  onTestFinished(async () => {
    await queues.all.open.obliterate({ force: true });
    await queues.close();
    redis.disconnect();
  });
  const [job] = await queues.all.open.getWaiting();
  const { v: _version, ...order } = jobs.open.data.parse(job?.data);
  expect(imported.filter((name) => !name.startsWith("node:"))).toEqual(["bullmq", "ioredis"]);
  expect(job?.name).toBe("open");
  expect(await parseOrder(order, TODAY)).toMatchObject({ order: { reference: "bill-7" } });
});

test("the changelog tells operators of the version that this is", () => {
  expect(read("CHANGELOG.md")).toContain(`\n## ${manifest.version}\n`);
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

/** `certificate show` of `certificate show REF --json`. */
function verbOf(line: string): string {
  return /^(?:(?:certificate|account|ledger|notification|policy|template) )?[a-z]+/.exec(line)?.[0] ?? line;
}

function leadsSomewhere(link: string, page: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(read(file)).includes(anchor);
}

/** As GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  return matches(page, /^#+ (.+)$/gm).map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort();
}
