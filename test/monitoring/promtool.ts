// Prometheus' own judge of rules, queries and texts.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const NEEDS_PROMTOOL = "(needs promtool, in Debian's package prometheus)";

/** Never left out in CI, where it is installed. */
export function isWithoutPromtool(): boolean {
  if (process.env.CI) return false;
  try {
    execFileSync("promtool", ["--version"], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}

/** What it says and whether it is content. `files` are put into a folder in which it runs. */
export function promtool(
  args: readonly string[],
  { files = {}, input = "" }: { files?: Readonly<Record<string, string>>; input?: string } = {},
): { isWell: boolean; says: string } {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-promtool-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: folder, input, encoding: "utf8" });
  return { isWell: status === 0, says: `${stdout}${stderr}` };
}

/** Values of a process or gateway as it told them, without what Node and the buckets tell. */
function toldIn(scraped: string): Map<string, string> {
  const lines = scraped.split("\n").flatMap((line): [string, string][] => {
    const [, name = "", value = ""] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    return name === "" || !/^[\d.eE+-]+$/.test(value) || /_bucket|^nodejs|^process/.test(name) ? [] : [[name, value]];
  });
  return new Map(lines);
}

/** Which alerts are firing after two days in which a fleet told just this. */
export function alertsFrom(rules: string, scraped: string): string[] {
  const series = [...toldIn(scraped)].map(([name, value]) => ({ series: name, values: `${value}x110` }));
  return firing(rules, series, { interval: "30m", at: "51h" });
}

/**
 * Which alerts are firing after two hours in which what happened between two scrapes happened again each minute. A row that
 * the first one did not have began at zero.
 */
export function alertsWhile(rules: string, before: string, after: string): string[] {
  const first = toldIn(before);
  const series = [...toldIn(after)].map(([name, value]) => {
    const grows = /_(total|count|sum)(\{|$)/.test(name);
    const from = Number(first.get(name) ?? 0);
    return { series: name, values: grows ? `${from}+${Number(value) - from}x130` : `${value}x130` };
  });
  return firing(rules, series, { interval: "1m", at: "2h" });
}

function firing(
  rules: string,
  series: readonly object[],
  { interval, at }: { interval: string; at: string },
): string[] {
  const story = {
    rule_files: ["rules.yml"],
    evaluation_interval: interval,
    tests: [
      {
        interval,
        input_series: series,
        // Nothing is expected, so that it tells what it found.
        promql_expr_test: [
          {
            expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
            eval_time: at,
            exp_samples: [{ labels: "{}", value: -1 }],
          },
        ],
      },
    ],
  };
  const { says } = promtool(["test", "rules", "test.yml"], {
    files: { "rules.yml": rules, "test.yml": JSON.stringify(story) },
  });
  if (!says.includes("got:")) throw new Error(says);
  const found = says.slice(says.indexOf("got:"));
  return [...found.matchAll(/alertname="(\w+)"/g)].map(([, name = ""]) => name).sort();
}
