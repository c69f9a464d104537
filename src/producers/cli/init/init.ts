// `certfleet init`: asks what a fleet needs to know, writes its files for one way to deploy, and lets doctor look at them.
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { badSettings } from "../../../shared/base/read-settings.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { settingNames } from "../../../shared/config/settings.ts";
import type { Asking } from "../account/add-terminal.ts";
import type { ProgramContext } from "../own-redis.ts";
import { type Collected, collect, type Given } from "./collect.ts";
import { composeLayout } from "./compose.ts";
import { kubernetesLayout } from "./kubernetes.ts";
import type { Layout } from "./layout.ts";
import { systemdLayout } from "./systemd.ts";
import { inTheWay, type Written, writeAll } from "./write.ts";

/** They lie beside the program. */
const MANIFESTS = resolve(import.meta.dirname, "../../../../deploy/kubernetes");

export interface InitNeeds {
  context: ProgramContext;
  /** Undefined: nobody can be asked. */
  person: Asking | undefined;
  /** What gateway and workers would complain about, in this environment. */
  settingProblems: (env: NodeJS.ProcessEnv) => Promise<string[]>;
  /** The verb `doctor`, in another environment. */
  doctor: (context: ProgramContext) => Promise<Result>;
}

/** @throws Error (wrong settings) naming every answer that is missing, wrong or unknown; nothing is written then */
export async function initialize(given: Given & { dir: string }, needs: InitNeeds): Promise<Result> {
  const { context, person, settingProblems, doctor } = needs;
  const folder = resolve(given.dir);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    return failure("conflict", `${folder} is there and is no folder. Name another one with --dir.`);
  // .env is written last: whoever finds one has a folder that is complete.
  if (person && given.answers === undefined && existsSync(join(folder, ".env"))) return taken(folder, [".env"]);

  const collected = await collect(given, person);
  const keys = { apiKey: randomBytes(24).toString("base64url"), boardPassword: randomBytes(12).toString("base64url") };
  const layout = layoutOf(collected, { folder, ...keys });
  const wrong = await wrongIn(layout, context, settingProblems);
  if (wrong.length > 0) throw badSettings(wrong);
  const others = inTheWay(folder, layout.files);
  if (others.length > 0) return taken(folder, others);

  const found = writeAll(folder, layout);
  const seen = await doctor({ ...context, env: { ...bare(context.env), ...placed(layout.settings, folder) } });
  const isKeyNew = found.written.some((path) => path.endsWith("/api_key"));
  return told({ folder, way: collected.way, layout, found, seen, apiKey: isKeyNew ? keys.apiKey : undefined });
}

interface Room {
  folder: string;
  apiKey: string;
  boardPassword: string;
}

function layoutOf(collected: Collected, { folder, ...keys }: Room): Layout {
  if (collected.way === "systemd") return systemdLayout(collected, { folder, ...keys });
  if (collected.way === "kubernetes") return kubernetesLayout(collected, { folder, manifests: MANIFESTS, ...keys });
  const isBeside = existsSync(join(folder, "docker-compose.yml"));
  return composeLayout(collected, { folder, isBeside, uid: process.getuid?.(), ...keys });
}

/** The program's own checks, before anything is written: every secret as it will be read, the configuration from a draft. */
async function wrongIn(
  { files, settings }: Layout,
  { env }: ProgramContext,
  settingProblems: InitNeeds["settingProblems"],
): Promise<string[]> {
  const draft = mkdtempSync(join(tmpdir(), "certfleet-init-"));
  try {
    const textOf = (path: string): string => files.find((file) => `./${file.path}` === path)?.text ?? "";
    const entries = Object.entries(settings).map(([name, value]) => {
      if (name.endsWith("_FILE")) return [name.slice(0, -"_FILE".length), textOf(value).trim()];
      return [name, name === "CERTFLEET_CONFIG" ? join(draft, "certfleet.yaml") : value];
    });
    writeFileSync(join(draft, "certfleet.yaml"), textOf(settings.CERTFLEET_CONFIG ?? ""));
    const problems = await settingProblems({ ...bare(env), ...Object.fromEntries(entries) });
    return problems.map((each) => each.replaceAll(`${draft}/`, ""));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The environment without settings: those of the new fleet are all that count. */
function bare(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = (name: string): boolean => settingNames.includes(name.replace(/_FILE$/, ""));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name)));
}

function placed(settings: Record<string, string>, folder: string): Record<string, string> {
  const entries = Object.entries(settings);
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replace(/^\.\//, `${folder}/`)]));
}

function taken(folder: string, paths: readonly string[]): Result {
  const message = `${folder} already has ${paths.join(", ")}, with other content. Nothing was written: edit these files, remove them, or name another folder.`;
  return failure("conflict", message, { files: paths });
}

interface Told {
  folder: string;
  way: string;
  layout: Layout;
  found: Written;
  /** What doctor found. */
  seen: Result;
  /** Undefined: there was one already. */
  apiKey: string | undefined;
}

function told({ folder, way, layout, found: { written, kept }, seen, apiKey }: Told): Result {
  const text = [
    written.length === 0 ? `Everything is in ${folder} already.` : `Written to ${folder}:`,
    ...written.map((path) => `  ${path}`),
    ...(kept.length > 0 && written.length > 0 ? [`Was there already: ${kept.join(", ")}`] : []),
    "",
    ...(apiKey ? [`API key (shown this once; it is in the file api_key): ${apiKey}`, ""] : []),
    "Next:",
    ...layout.next.map((step, i) => `  ${i + 1}. ${step}`),
    "",
    "What doctor finds from here, before the fleet is started:",
    seen.text || seen.note || "nothing",
  ];
  return {
    ending: "done",
    text: text.join("\n"),
    json: { for: way, dir: folder, written, kept, apiKey: apiKey ?? null, next: layout.next, doctor: seen.json },
    note: "The files are written. What is not started yet is told as a problem by doctor: run it again after the start.",
  };
}
