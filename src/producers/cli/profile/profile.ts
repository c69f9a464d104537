// `profile list`, `use` and `add`: which gateways a person works with. No key is ever printed.

import { failure, type Result } from "../../../shared/base/result.ts";
import type { Asking } from "../account/add-terminal.ts";
import { listed, tableOf } from "../columns.ts";
import type { ProgramContext } from "../own-redis.ts";
import { callTo } from "../port/http-call.ts";
import { getProfile, PROFILE_NAME, type Profile, readProfiles, writeProfiles } from "../profiles.ts";

interface Row {
  name: string;
  url: string;
  key: string;
  inUse: boolean;
}

export function listProfiles(context: ProgramContext): Result {
  const { profiles, use, path } = readProfiles(context);
  const items = Object.entries(profiles).map(([name, { url, key, keyFile }]): Row => {
    const where = key === undefined ? (keyFile ?? "none") : "in this file";
    return { name, url, key: where, inUse: name === use };
  });
  const rows = listed<Row>(
    [
      { name: "name", of: ({ name }) => name },
      { name: "url", of: ({ url }) => url },
      { name: "key", of: ({ key }) => key },
      { name: "inUse", of: ({ inUse }) => (inUse ? "yes" : "no") },
    ],
    items,
  );
  const note =
    items.length === 0 ? `There are no profiles in ${path}. Add one: certfleet profile add NAME --url URL` : path;
  return { ending: "done", text: tableOf(rows, items), json: { path, profiles: items }, listed: rows, note };
}

export function useProfile(name: string, context: ProgramContext): Result {
  const { url } = getProfile(readProfiles(context), name);
  const path = writeProfiles(context, { name, use: true });
  return {
    ending: "done",
    text: `Verbs go to ${url} now, unless something else is said.`,
    json: { use: name, url, path },
  };
}

interface Given {
  name: string;
  url: string | undefined;
  keyFile?: string;
  /** From standard input. */
  key?: string;
  use?: boolean | undefined;
}

/** `check` asks the gateway, so that a wrong key shows now; the profile is kept all the same. */
export async function addProfile(
  { name, url, keyFile, key, use = false }: Given,
  context: ProgramContext,
  person: Pick<Asking, "secret"> | undefined,
): Promise<Result> {
  if (!PROFILE_NAME.test(name)) return failure("usage", "The name must be 1 to 64 of A-Z a-z 0-9 . _ -, such as live.");
  if (url === undefined)
    return failure("usage", "Give --url <url>: the gateway's address, such as https://ssl.example.com");
  const typed =
    keyFile === undefined && key === undefined ? await person?.secret(`API key for ${url}`, () => undefined) : key;
  if (keyFile === undefined && !typed)
    return failure("usage", "Give --key-file <path> or --key-stdin: nobody can be asked for the API key here.");
  const isFirst = Object.keys(readProfiles(context).profiles).length === 0;
  const profile: Profile = { url, ...(keyFile === undefined ? { key: typed?.trim() ?? "" } : { keyFile }) };
  const path = writeProfiles(context, { name, profile, use: use || isFirst });
  const said = `Profile ${name} is in ${path}${use || isFirst ? ", and in use" : ""}.`;
  return {
    ending: "done",
    text: said,
    json: { name, url, path, use: use || isFirst },
    note: await checked(name, context),
  };
}

async function checked(name: string, context: ProgramContext): Promise<string> {
  const { findGateway } = await import("../target.ts");
  const gateway = await findGateway({ ...context, asked: { profile: name } });
  if (!gateway) return "";
  const answer = await callTo(gateway)("GET", "/certificates", { query: { limit: 1 }, ms: 5_000 });
  return "ending" in answer ? `It cannot be used yet: ${answer.note}` : `${gateway.url} takes the key.`;
}
