// What the stories about `certfleet account add` share: a folder with a configuration file, an eNom, and the words as the program takes them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { onTestFinished } from "vitest";
import { registerAccountCommands } from "../../../../src/producers/cli/account/commands.ts";
import { answerOn } from "../../../../src/producers/cli/terminal.ts";
import { type SandboxEnom, startSandboxEnom } from "../../../../src/sandbox/enom/server.ts";
import type { certfleet } from "../support.ts";

/** Of the user `acme`, in `ENOM_PASSWORD`. */
export const PASSWORD = "canary-password-Q7";

export type Said = Awaited<ReturnType<typeof certfleet>>;
/** `env` goes over what the folder's environment has. */
export type Add = (words: string[], more?: { env?: NodeJS.ProcessEnv; input?: string }) => Promise<Said>;

interface Adding {
  enom: SandboxEnom;
  folder: string;
  file: string;
  env: NodeJS.ProcessEnv;
  /** For the user `acme` of that eNom. */
  add: Add;
}

/** `content`: of the file; there is none without it. The folder is the project's, where `npm start` would leave its notes. */
export async function adding(content?: string): Promise<Adding> {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-add-"));
  const file = join(folder, "certfleet.yaml");
  if (content !== undefined) writeFileSync(file, content);
  const enom = await startSandboxEnom({ username: "acme", password: PASSWORD });
  onTestFinished(async () => {
    await enom.close();
    rmSync(folder, { recursive: true });
  });
  const env = { CERTFLEET_CONFIG: file, ENOM_LOG: join(folder, "enom.log"), ENOM_PASSWORD: PASSWORD };
  const login = ["--api-url", enom.url, "--username", "acme"];
  const add: Add = (words, more = {}) =>
    said([...login, ...words], { env: { ...env, ...more.env }, input: more.input, root: folder });
  return { enom, folder, file, env, add };
}

/** Without the start of a process. */
async function said(
  words: string[],
  { env, input = "", root }: { env: NodeJS.ProcessEnv; input?: string | undefined; root: string },
): Promise<Said> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const result: Said = { code: null, stdout: "", stderr: "" };
  const exit = (code: number): void => void Object.assign(result, { code });
  const program = new Command("certfleet").exitOverride();
  const answer = answerOn({ out, err, debug: false, exit });
  const needs = {
    context: { env, root },
    schema: resolve("certfleet.schema.json"),
    stdin: Readable.from([input]),
    answer,
  };
  registerAccountCommands(program, needs, {
    account: () => import("../../../../src/workers/commands/account.ts"),
    ledger: () => import("../../../../src/workers/commands/ledger.ts"),
  });
  await program.parseAsync(["account", "add", ...words], { from: "user" });
  const [stdout, stderr] = await Promise.all([text(out.end()), text(err.end())]);
  return { ...result, stdout, stderr };
}
