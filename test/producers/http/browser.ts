// A headless Chromium for stories about pages, spoken to over its debugging port: what a person would see, and what the page asked for.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** The browser's program on the PATH, undefined where there is none. */
export function findBrowser(): string | undefined {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // the next name
    }
  }
  return undefined;
}

/** A browser with one tab; it ends with the test. */
export async function openTab(program: string) {
  const profile = await mkdtemp(join(tmpdir(), "certfleet-browser-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  const where = ["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(program, [...flags, ...where], { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  const { origin } = new URL((await debuggingUrl(child)).replace("ws:", "http:"));
  const tabs = (await (await fetch(`${origin}/json`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
  const tab = tabs.find(({ type }) => type === "page");
  if (!tab) throw new Error("the browser opened no tab");
  const { send, heard } = await connect(tab.webSocketDebuggerUrl);
  for (const domain of ["Page", "Network", "Log"]) await send(`${domain}.enable`, {});

  return {
    /** Loads a page in a window of this size and waits until everything is there. */
    async see(url: string, width: number, height: number): Promise<void> {
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
      const loaded = heard.next("Page.loadEventFired");
      await send("Page.navigate", { url });
      await loaded;
    },
    /** What an expression comes to in the page. */
    async evaluate(expression: string): Promise<unknown> {
      const { result } = await send("Runtime.evaluate", { expression, returnByValue: true });
      return (result as { value: unknown }).value;
    },
    /** What a promise in the page comes to. */
    async settle(expression: string): Promise<unknown> {
      const { result } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
      return (result as { value: unknown }).value;
    },
    /** Does something as a person's hand would, and waits for the page that it leads to. */
    async act(expression: string): Promise<void> {
      const loaded = heard.next("Page.loadEventFired");
      await send("Runtime.evaluate", { expression, userGesture: true });
      await loaded;
    },
    async screenshot(): Promise<Buffer> {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true });
      return Buffer.from(String(data), "base64");
    },
    /** Light or dark, as the reader set it. */
    prefer: (value: "light" | "dark") =>
      send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] }),
    /** Addresses that the pages asked for, and what the browser complained about (refused styles, lost images). */
    requested: () => heard.all("Network.requestWillBeSent").map(({ request }) => (request as { url: string }).url),
    complaints: () => heard.all("Log.entryAdded").map(({ entry }) => (entry as { text: string }).text),
  };
}

async function debuggingUrl(child: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of child.stderr ?? []) {
    said += `${chunk}`;
    const url = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`the browser did not start: ${said}`);
}

async function connect(url: string) {
  const socket = new WebSocket(url);
  await once(socket, "open");
  onTestFinished(() => socket.close());
  const events: { method: string; params: Record<string, unknown> }[] = [];
  const waiting = new Map<number | string, (message: Message) => void>();
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(`${data}`) as Message;
    if (message.method) events.push({ method: message.method, params: message.params ?? {} });
    const key = message.id ?? message.method ?? "";
    waiting.get(key)?.(message);
    waiting.delete(key);
  });
  const answerTo = (key: number | string) => new Promise<Message>((resolve) => waiting.set(key, resolve));
  let last = 0;
  return {
    async send(method: string, params: object): Promise<Record<string, unknown>> {
      const id = ++last;
      const answer = answerTo(id);
      socket.send(JSON.stringify({ id, method, params }));
      const { result = {}, error } = await answer;
      if (error) throw new Error(`${method}: ${error.message}`);
      return result;
    },
    heard: {
      next: (method: string) => answerTo(method),
      all: (method: string) => events.filter((each) => each.method === method).map(({ params }) => params),
    },
  };
}
