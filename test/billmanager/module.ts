// Calls the module's main function in this process, as BILLmanager calls the program: words in, XML and exit code out.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { quickFolder } from "../support/quick-folder.ts";
import { answerCall, type PanelState } from "./panel.ts";

const require = createRequire(import.meta.url);
const { run } = require("../../integrations/billmanager/src/main.cjs");

export interface Told {
  code: number;
  stdout: string;
  /** Of an error. */
  type: string | undefined;
  value: string | undefined;
}

export interface ModuleOptions {
  env?: Record<string, string>;
  input?: string;
  /** The module dies before its call of this function of mgrctl. */
  killedBefore?: string;
}

/** A panel's folder of its own; `files` by their paths below it, such as etc/billmgr.conf. */
export function install(state: PanelState, files: Record<string, string> = {}) {
  const base = mkdtempSync(join(quickFolder(), "certfleet-panel-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, name)), { recursive: true });
    writeFileSync(join(base, name), text);
  }

  const call = async (words: string, { env = {}, input = "", killedBefore }: ModuleOptions = {}): Promise<Told> => {
    let stdout = "";
    const code = await Promise.race([
      run({
        words: words.split(" "),
        env,
        file: join(base, "processing/pmenomfleet"),
        readInput: async () => input,
        write: (text: string) => {
          stdout += text;
        },
        pause: (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 400))),
        run: async (given: string[], own: Record<string, string>) => {
          // A killed process never goes on.
          if (killedBefore !== undefined && given[4] === killedBefore) {
            kill();
            return new Promise(() => undefined);
          }
          return answerCall(state, given, own);
        },
      }),
      killed(),
    ]);
    const [, type] = /<error [^>]*type="([^"]*)"/.exec(stdout) ?? [];
    const [, value] = /<error [^>]*value="([^"]*)"/.exec(stdout) ?? [];
    return { code, stdout, type, value };
  };
  let kill: () => void = () => undefined;
  const killed = (): Promise<number> =>
    new Promise((resolve) => {
      kill = () => resolve(137);
    });
  return { base, call, log: () => readFileSync(join(base, "var/pmenomfleet.log"), "utf8") };
}
