// The browser that takes the pictures: the Chromium or Chrome that is on PATH, without a window.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** The path of its program. Ends the process with 1, and says what to install, where there is none. */
export function requireBrowser() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const program = BROWSERS.flatMap((name) => folders.map((each) => join(each, name))).find((path) => existsSync(path));
  if (program) return program;
  console.error(
    `No browser to take pictures with: install Chromium or Chrome; looked for ${BROWSERS.join(", ")} on PATH.`,
  );
  process.exit(1);
}

/** `profile`: a folder that is thrown away afterwards. */
export function headlessFlags(profile) {
  // Chromium's own sandbox refuses to work for root, as containers run it.
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return ["--headless", "--disable-gpu", "--hide-scrollbars", `--user-data-dir=${profile}`, ...root];
}
