// Pictures of every face of every mail in every language, as a phone and a desktop show it, to be looked at: node scripts/mail-screenshots.mjs [folder] [mail …]
// Takes the Chromium or Chrome that is on PATH. Ends with 1 when a mail asks for anything from anywhere.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { facesOf } from "../src/producers/cli/template/faces.ts";
import { ourLanguages } from "../src/shared/mail/folders.ts";
import { renderer } from "../src/shared/mail/render.ts";
import { templateNames } from "../src/shared/mail/templates.ts";
import { headlessFlags, requireBrowser } from "./browser.mjs";

const WIDTHS = [390, 1024];

const [folder = "mail-screenshots", ...wanted] = process.argv.slice(2);
const program = requireBrowser();

await mkdir(folder, { recursive: true });
const browser = await openBrowser(program);
try {
  const fetched = await takeAll(browser);
  for (const line of fetched) console.error(line);
  process.exitCode = fetched.length > 0 ? 1 : 0;
} finally {
  await browser.close();
}

/** What mails asked for, a line each. */
async function takeAll({ open }) {
  const render = renderer();
  const fetched = [];
  const page = await open();
  page.on("Network.requestWillBeSent", ({ request }) => fetched.push(`${page.showing} asks for ${request.url}`));
  for (const name of wanted.length > 0 ? wanted : templateNames) {
    for (const { face, values } of facesOf(name)) {
      for (const language of ourLanguages) {
        const { html } = await render({ template: name, language, values });
        for (const width of WIDTHS) {
          page.showing = `${face}.${language}.${width}`;
          const path = join(folder, `${page.showing}.png`);
          await writeFile(path, await page.picture(html, width));
          console.log(path);
        }
      }
    }
  }
  return fetched;
}

/** One browser, spoken to by the Chrome DevTools Protocol; its profile is thrown away. */
async function openBrowser(program) {
  const profile = await mkdtemp(join(tmpdir(), "mail-screenshots-"));
  const flags = [...headlessFlags(profile), "--remote-debugging-port=0", "about:blank"];
  const child = spawn(program, flags, { stdio: ["ignore", "ignore", "pipe"] });
  const socket = new WebSocket(await debuggerOf(child));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the browser does not talk to us"));
  });
  const answers = new Map();
  const listeners = new Map();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(data);
    if (id === undefined) return listeners.get(method)?.(params);
    const { resolve, reject } = answers.get(id);
    answers.delete(id);
    return error ? reject(new Error(error.message)) : resolve(result);
  };
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      last += 1;
      answers.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, sessionId }));
    });

  return {
    async open() {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      const ask = (method, params) => send(method, params, sessionId);
      await ask("Page.enable");
      await ask("Network.enable");
      const { frameTree } = await ask("Page.getFrameTree");
      return {
        showing: "",
        on: (event, listener) => listeners.set(event, listener),
        async picture(html, width) {
          const view = { width, height: 600, deviceScaleFactor: 1, mobile: width < 600 };
          await ask("Emulation.setDeviceMetricsOverride", view);
          await ask("Page.setDocumentContent", { frameId: frameTree.frame.id, html });
          const { cssContentSize } = await ask("Page.getLayoutMetrics");
          await ask("Emulation.setDeviceMetricsOverride", { ...view, height: Math.ceil(cssContentSize.height) });
          const { data } = await ask("Page.captureScreenshot", { format: "png" });
          return Buffer.from(data, "base64");
        },
      };
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await send("Browser.close").catch(() => child.kill());
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The address that the browser says it listens at. */
async function debuggerOf(child) {
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address) {
      child.stderr.resume();
      return address;
    }
  }
  throw new Error("the browser ended before it listened");
}
