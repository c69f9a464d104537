// npm run docs: writes the references and JSON Schemas that are made from the code. With --check it writes nothing, and fails when a page is stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { attentionPage, eventsPage, exitCodesPage } from "./docs/codes.ts";
import { commandLinePage } from "./docs/command-line.ts";
import { eventFeedPage } from "./docs/event-feed.ts";
import { initAnswersPage } from "./docs/init-answers.ts";
import { metricsPage } from "./docs/metrics.ts";
import { problemsPage } from "./docs/problems.ts";
import { pagesWithPrograms } from "./docs/programs.ts";
import { schemaFiles } from "./docs/schemas.ts";
import { configurationFilePage, settingsPage } from "./docs/settings.ts";

const root = resolve(import.meta.dirname, "..");

/** Every generated file by its path. */
async function pages(): Promise<Record<string, string>> {
  const references = {
    "settings.md": settingsPage(),
    "certfleet-yaml.md": configurationFilePage(root),
    "init-answers.md": initAnswersPage(),
    "cli.md": commandLinePage(root),
    "attention-codes.md": attentionPage(),
    "events.md": eventsPage(),
    "event-feed.md": eventFeedPage(),
    "exit-codes.md": exitCodesPage(),
    "metrics.md": metricsPage(),
    "problems.md": problemsPage(),
  };
  return {
    ...inFolder("docs/reference", references),
    ...inFolder("schemas", schemaFiles()),
    ...pagesWithPrograms(root),
  };
}

function inFolder(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

const isCheck = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, text] of Object.entries(await pages())) {
  const file = join(root, name);
  const now = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (now === text) continue;
  if (isCheck) stale.push(name);
  else writeFileSync(file, text);
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run: npm run docs`);
  process.exitCode = 1;
}
