// The folder of the recorded answers: a file an answer, masked, and a manifest. It may be sent on, and is read again by
// `account replay`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Refused } from "../../../shared/base/errors.ts";
import { maskParameters } from "../../enom/wire/masking.ts";
import { maskAnswer, peopleIn } from "./mask-answer.ts";
import { maskWords } from "./masked-words.ts";
import { findCommand, type Recorded, type Surroundings } from "./recorded.ts";

const MANIFEST = "manifest.json";
/** Larger than any answer that the client takes. */
const MOST_BYTES = 2_000_000;

const entry = z.object({
  file: z
    .string()
    .regex(/^[\w.-]{1,80}$/, "must be the name of a file in this folder")
    .nullable(),
  command: z.string(),
  parameters: z.record(z.string(), z.string()).default({}),
  at: z.string(),
  ms: z.number().default(0),
  status: z.int().default(200),
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  location: z.string().optional(),
  failure: z.string().optional(),
});

const manifest = z.object({
  v: z.literal(1),
  account: z.string(),
  host: z.string(),
  at: z.string(),
  mode: z.string().default("dedicated"),
  switches: z.record(z.string(), z.unknown()).default({}),
  ledger: z.enum(["unknown", "none", "bound", "bound-elsewhere"]).default("unknown"),
  strangers: z.array(z.string()).default([]),
  domainsMasked: z.boolean().default(false),
  answers: z.array(entry),
});

export interface KeepOptions {
  folder: string;
  secrets: readonly string[];
  maskDomains: boolean;
}

/** Makes the folder, for its owner alone. @throws Refused where it has answers already, or cannot be made */
export function makeFolder(folder: string): string {
  const path = resolve(folder);
  if (existsSync(join(path, MANIFEST)))
    throw new Refused(`${path} holds the answers of another probe. Name a new folder: --answers FOLDER`);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "it cannot be made";
    throw new Refused(`The folder ${path} cannot be made (${why}). Name another: --answers FOLDER`);
  }
}

/** Writes all of them, masked, and answers them so. May be called again with more: the manifest is written last. */
export function keepAnswers(
  recorded: readonly Recorded[],
  around: Surroundings,
  { folder, secrets, maskDomains }: KeepOptions,
): Recorded[] {
  const people = recorded.flatMap(({ answer }) => (answer ? peopleIn(answer) : []));
  const words = maskWords({ secrets, people, maskDomains });
  const answers = recorded.map((each, index): z.input<typeof entry> => {
    const { command, parameters, at, ms, answer, failure } = each;
    const asked = maskParameters(parameters);
    if (parameters.Domain !== undefined) asked.Domain = words.domain(parameters.Domain);
    const about = { command, parameters: asked, at, ms: Math.round(ms) };
    if (!answer) return { ...about, file: null, status: 0, failure: failure ?? "unknown failure" };
    const { body, status, contentType, contentEncoding, location } = maskAnswer(answer, { words, maskDomains });
    const certId = parameters.CertID === undefined ? "" : `-${parameters.CertID}`;
    const file = `${String(index + 1).padStart(3, "0")}-${command}${certId}.xml`;
    writeFileSync(join(folder, file), body, { mode: 0o600 });
    return {
      ...{ ...about, file, status },
      ...(contentType !== undefined && { contentType }),
      ...(contentEncoding !== undefined && { contentEncoding }),
      ...(location !== undefined && { location }),
    };
  });
  const text = JSON.stringify({ v: 1, ...around, domainsMasked: maskDomains, answers }, null, 2);
  writeFileSync(join(folder, MANIFEST), `${text}\n`, { mode: 0o600 });
  return answers.length === 0 ? [] : readFolder(folder).recorded;
}

/**
 * The answers of a folder: those of its manifest, and any other XML file in it, whose command is told from the document.
 * @throws Refused where there is no such folder, nothing in it, or a manifest that cannot be read
 */
export function readFolder(folder: string): { recorded: Recorded[]; around: Surroundings } {
  const path = resolve(folder);
  let files: string[];
  try {
    files = readdirSync(path).sort();
  } catch {
    throw new Refused(`There is no folder ${path}.`);
  }
  const kept = files.includes(MANIFEST) ? readManifest(path) : undefined;
  const named = new Set(kept?.answers.map(({ file }) => file));
  const more = files.filter((file) => /\.xml$/i.test(file) && !named.has(file));
  const recorded = [
    ...(kept?.answers.map((each) => recordedOf(path, each)) ?? []),
    ...more.flatMap((file) => withoutManifest(path, file)),
  ];
  if (recorded.length === 0) throw new Refused(`${path} holds no recorded answers: neither ${MANIFEST} nor XML files.`);
  const { answers: _answers, domainsMasked: _masked, v: _v, ...around } = kept ?? UNKNOWN;
  return { recorded, around };
}

const UNKNOWN: z.infer<typeof manifest> = {
  ...{ v: 1, account: "recorded", host: "unknown", at: new Date(0).toISOString(), mode: "dedicated", switches: {} },
  ...{ ledger: "unknown", strangers: [], domainsMasked: false, answers: [] },
};

function readManifest(path: string): z.infer<typeof manifest> {
  const file = join(path, MANIFEST);
  try {
    return manifest.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const why = issue ? `${issue.path.join(".")}: ${issue.message}` : "it is no JSON";
    throw new Refused(`${file} cannot be read: ${why}.`);
  }
}

function recordedOf(path: string, each: z.infer<typeof entry>): Recorded {
  const { file, command, parameters, at, ms, status, contentType, contentEncoding, location, failure } = each;
  const asked = { command: findCommand(command) ?? command, parameters, at, ms };
  if (file === null) return { ...asked, failure };
  return { ...asked, answer: { status, contentType, contentEncoding, location, body: bytesOf(join(path, file)) } };
}

function bytesOf(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file)).subarray(0, MOST_BYTES);
  } catch {
    throw new Refused(`${file} cannot be read: the manifest names it.`);
  }
}

/** Recorded by other means: the document says what it answers, and what it is about. */
function withoutManifest(path: string, file: string): Recorded[] {
  const body = bytesOf(join(path, file));
  const text = new TextDecoder().decode(body);
  const said = (name: string): string | undefined => new RegExp(`<${name}>\\s*(\\w{1,40})\\s*</`, "i").exec(text)?.[1];
  const command = findCommand(said("Command") ?? file.replace(/^\d+-|(-\d+)?\.xml$/gi, ""));
  if (command === undefined) return [];
  const [certId, orderId] = [said("CertID"), said("OrderID")];
  const start = said("StartPosition") ?? said("CurrentStartPosition") ?? said("ShowStart");
  const parameters = {
    ...(command === "CertGetCertDetail" && certId !== undefined && { CertID: certId }),
    ...(command === "GetOrderDetail" && orderId !== undefined && { OrderID: orderId }),
    ...(start !== undefined && { StartPosition: start, Start: start }),
  };
  const answer = { status: 200, contentType: undefined, body };
  return [{ command, parameters, at: new Date(0).toISOString(), ms: 0, answer }];
}
