// The journal in a folder that all purchase workers share: each process appends to files of its own and reads those of
// all.
import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Unavailable } from "../../shared/base/errors.ts";
import { accountFile, syncFolder } from "./account-file.ts";
import { findLastMark, readChain } from "./chain.ts";
import { type GroupCommit, groupCommit } from "./group-commit.ts";
import type { Journal, JournalLine, Mark } from "./journal.ts";
import { compareMarks, findHighest, mergeLines } from "./line.ts";

/** About 4 KB: more than the line of a step. */
const PROBE_LINES = 700;

/**
 * `<location>/fleet-<prefix>/account-<account>/<time>-<pid>-<random>.jsonl`, and `journal.id` beside the accounts.
 * Names are percent-encoded, so that two never meet and none leads out of the folder. The file system must know hard
 * links.
 * @throws Unavailable the folder cannot be made, read or written
 */
export async function openFolderJournal(location: string, prefix: string): Promise<Journal> {
  const folder = journalFolder(location, prefix);
  const accountFolder = (account: string): string => join(folder, `account-${encodeURIComponent(account)}`);
  const writers = new Map<string, { lines: GroupCommit<JournalLine>; close: () => Promise<void> }>();
  const id = await getId(folder).catch((error: unknown) => {
    throw asUnavailable(error, location);
  });

  /** A folder that was emptied, or has another disk under its name by now, must not look like one without lines. */
  async function isStillOurs(): Promise<void> {
    if ((await findId(folder)) !== id) throw new Unavailable("it is no longer the journal that was there at the start");
  }

  function writerOf(account: string) {
    const existing = writers.get(account);
    if (existing) return existing;
    const file = accountFile(accountFolder(account), isStillOurs);
    const writer = { lines: groupCommit(file.write), close: file.close };
    writers.set(account, writer);
    return writer;
  }

  /** What `look` finds in each file of an account, of all processes. */
  async function inEachFile<Found>(account: string, read: (path: string) => Promise<Found>): Promise<Found[]> {
    const found: Found[] = [];
    try {
      await isStillOurs();
      for (const path of await filesIn(accountFolder(account))) found.push(await read(path));
      return found;
    } catch (error) {
      throw asUnavailable(error, location);
    }
  }

  return {
    id,
    async append(line) {
      try {
        await writerOf(line.account).lines.add(line);
      } catch (error) {
        throw asUnavailable(error, location);
      }
    },
    async highest(account) {
      const marks = await inEachFile(account, (path) => findLastMark(path, account));
      return findHighest(marks.filter((mark) => mark !== undefined));
    },
    async read(account, behind: Mark = { epoch: -1, seq: -1 }) {
      const lines = await inEachFile(account, async (path) =>
        (await readChain(path, account)).filter((line) => compareMarks(line, behind) > 0),
      );
      return mergeLines(lines.flat());
    },
    async probe() {
      const path = join(folder, `probe.${randomUUID()}`);
      try {
        await isStillOurs();
        await writeFile(path, "probe\n".repeat(PROBE_LINES), { mode: 0o600, flag: "wx", flush: true });
      } catch (error) {
        throw asUnavailable(error, location);
      } finally {
        await rm(path, { force: true }).catch(() => undefined);
      }
    },
    async close() {
      for (const writer of writers.values()) {
        await writer.lines.flush();
        await writer.close();
      }
    },
  };
}

/** Where the journal of a fleet lies in the folder that CERTFLEET_JOURNAL names. */
export function journalFolder(location: string, prefix: string): string {
  return join(resolve(location), `fleet-${encodeURIComponent(prefix)}`);
}

/** Two processes at once agree: the id is written aside, and only one of them can give it its name. */
async function getId(folder: string): Promise<string> {
  await makeFolder(folder);
  const known = await findId(folder);
  if (known !== undefined) return known;
  const draft = join(folder, `journal.id.${randomUUID()}`);
  await writeFile(draft, `${randomUUID()}\n`, { mode: 0o600, flag: "wx", flush: true });
  await link(draft, join(folder, "journal.id")).catch(unless("EEXIST"));
  await rm(draft);
  await syncFolder(folder);
  return (await readFile(join(folder, "journal.id"), "utf8")).trim();
}

async function findId(folder: string): Promise<string | undefined> {
  return (await readFile(join(folder, "journal.id"), "utf8").catch(unless("ENOENT")))?.trim();
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(unless("ENOENT"))) ?? [];
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => join(folder, name));
}

function unless(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

/**
 * What the system or we ourselves call a failure of the place. A broken chain is none: asking again does not fix it.
 */
function asUnavailable(error: unknown, location: string): unknown {
  const ofPlace = error instanceof Unavailable || (error instanceof Error && "code" in error);
  if (!ofPlace) return error;
  return new Unavailable(
    `The money journal in ${location} failed: ${error.message}. Nothing is bought until it works again. ` +
      "CERTFLEET_JOURNAL must be a folder that this user may write to, with space left on its disk.",
    { cause: error },
  );
}
