// npm run docs: writes the references that are made from the code. With --check it writes nothing, and fails when a page is stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { attentionPage, eventsPage, exitCodesPage } from "./docs/codes.ts";
import { commandLinePage } from "./docs/command-line.ts";
import { initAnswersPage } from "./docs/init-answers.ts";
import { metricsPage } from "./docs/metrics.ts";
import { problemsPage } from "./docs/problems.ts";
import { configurationFilePage, settingsPage } from "./docs/settings.ts";

const root = resolve(import.meta.dirname, "..");

/** Every generated page by its file. */
async function pages(): Promise<Record<string, string>> {
  return {
    "settings.md": settingsPage(),
    "certfleet-yaml.md": configurationFilePage(root),
    "init-answers.md": initAnswersPage(),
    "cli.md": commandLinePage(root),
    "attention-codes.md": attentionPage(),
    "events.md": eventsPage(),
    "exit-codes.md": exitCodesPage(),
    "metrics.md": metricsPage(),
    "problems.md": problemsPage(),
  };
}

const isCheck = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, text] of Object.entries(await pages())) {
  const file = join(root, "docs/reference", name);
  const now = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (now === text) continue;
  if (isCheck) stale.push(`docs/reference/${name}`);
  else writeFileSync(file, text);
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run: npm run docs`);
  process.exitCode = 1;
}
