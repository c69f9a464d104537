// A Chromium for stories about the console, driven as a person would; one for all stories of a file, a fresh profile for each.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, onTestFinished } from "vitest";
import { findBrowser } from "../browser.ts";

export const executablePath = findBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The two widths that every page is looked at. */
export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** Call it once in a file: the browser ends with the file. */
export function browserOfFile(): (options?: { viewport?: typeof WIDE; javaScriptEnabled?: boolean }) => Promise<Page> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return async ({ viewport = WIDE, javaScriptEnabled = true } = {}) => {
    if (executablePath === undefined) throw new Error("there is no Chromium: skip the story without one");
    browser ??= chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const context = await (await browser).newContext({ viewport, javaScriptEnabled, bypassCSP: false });
    context.setDefaultTimeout(60_000);
    onTestFinished(() => context.close());
    return context.newPage();
  };
}

/** What axe has against the page, by WCAG 2.2 AA, one line each; and whether the page is wider than its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  const found = (await page.evaluate(
    `${AXE}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`,
  )) as { violations: { id: string; help: string; nodes: { target: string[] }[] }[] };
  const wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1");
  const lines = found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join(" ")}`,
  );
  return wide ? [...lines, "the page is wider than its window"] : lines;
}

/** Signs in by the page, as a person does. */
export async function signIn(
  page: Page,
  origin: string,
  { user, password }: { user: string; password: string },
): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel("User", { exact: false }).first().fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
}
