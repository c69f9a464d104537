// `certfleet restore`: a backup into an empty Redis and an empty journal. Nothing may be bought before every account was
// compared with eNom.
import { basename } from "node:path";
import type { Actor } from "../../shared/authority/actor.ts";
import { auditTrail } from "../../shared/authority/audit/trail.ts";
import type { RestoreAsked, Restored, RestoredAccount } from "../../shared/backup/reports.ts";
import { endRestore } from "../../shared/backup/restored-fleet.ts";
import { systemClock } from "../../shared/base/clock.ts";
import { Refused } from "../../shared/base/errors.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { fleetFileOf } from "../../shared/config/fleet-file.ts";
import { type RedisAccess, redisAccessSettings } from "../../shared/redis/access.ts";
import { connectRedis, type RedisClient, untilReady } from "../../shared/redis/client.ts";
import { durabilityRisks } from "../../shared/redis/durability.ts";
import { keysUnder } from "../../shared/redis/keys.ts";
import { atDesk, type Desk } from "../commands/ledger-desk.ts";
import { readLedgerStatus } from "../commands/ledger-standing.ts";
import { openJournal } from "../journal/open.ts";
import { rebuild } from "../ledger/rebuild.ts";
import { emptyOutbox } from "../ledger/recheck.ts";
import { beginRestore, sealRestored } from "../ledger/restored/mark.ts";
import { ID_PART, JOURNAL_PARTS } from "./copy-journal.ts";
import { readKeyLines } from "./key-lines.ts";
import { MANIFEST, type Manifest } from "./manifest.ts";
import { type BackupFile, readParts, verifyBackup } from "./read-archive.ts";
import { mustBeNewJournal, newJournal } from "./restore-journal.ts";
import { type KeysRestored, keyRestorer, mustBeEmpty, timeOf } from "./restore-keys.ts";

const CONNECT_MS = 5_000;

export interface Restorer {
  env: NodeJS.ProcessEnv;
  actor: Actor;
  who: string;
}

/**
 * Nothing is written before the file was read whole and checked. A restore that was interrupted is not gone on with: the
 * Redis and the journal that it began are emptied, and it is begun anew.
 * @throws Refused the file is damaged, or the place is not empty
 */
export async function restoreBackup({ env, actor, who }: Restorer, told: RestoreAsked): Promise<Restored> {
  const begun = performance.now();
  const file: BackupFile = { path: told.file, identities: told.identities };
  told.tell("reading and checking the whole backup");
  const manifest = await verifyBackup(file);
  const { prefix, at: backupAt } = manifest;
  const wanted = env.CERTFLEET_PREFIX;
  if (wanted !== undefined && wanted !== prefix)
    throw new Refused(
      `the backup is of the fleet ${prefix}, and CERTFLEET_PREFIX is ${wanted}. It can only become ${prefix} again`,
    );
  const keys = keysUnder(prefix);
  const placed = { ...env, REDIS_URL: told.into, REDIS_URL_FILE: undefined };
  const access = readSettings(redisAccessSettings, placed);
  const redis = connectRedis({ ...access, REDIS_URL: told.into }, "once", () => undefined);
  try {
    await untilReady(redis, CONNECT_MS);
    await mustBeEmpty(redis, keys);
    if (told.isJournalThere) await mustBeItsJournal({ location: told.journal, access }, manifest);
    else await mustBeNewJournal({ location: told.journal, prefix, access });
    const risks = await durabilityRisks(redis);

    await beginRestore({ redis, keys }, { backupAt, file: basename(told.file) });
    const reason = `restored from the backup of ${backupAt}: what was bought since is not known yet. See docs/howto/backup-and-restore.md.`;
    const written = await load(redis, { file, manifest, reason, access }, told);
    const deskEnv = { ...placed, CERTFLEET_PREFIX: prefix, CERTFLEET_JOURNAL: told.journal };
    told.tell("comparing every ledger with its journal");
    const accounts = await atDesk({ redis, keys, env: deskEnv, who }, (desk) =>
      completeLedgers(desk, { written, manifest, reason }),
    );
    const entry = { who: actor, from: null, action: "fleet.restore", subject: null };
    await auditTrail({ redis, keys, clock: systemClock }).record({
      ...entry,
      after: { backup: backupAt },
      outcome: "done",
    });
    await endRestore({ redis, keys }, { at: await timeOf(redis), accounts: accounts.map(({ id }) => id) });
    const configured = configuredBy(deskEnv);
    return {
      ...{ file: told.file, backupAt, prefix, accounts, risks },
      notConfigured: configured && accounts.map(({ id }) => id).filter((id) => !configured.includes(id)),
      mailsWaiting: await redis.zcard(keys.askedMails),
      ageSeconds: Math.max(0, (await timeOf(redis)) - Date.parse(backupAt)) / 1_000,
      seconds: (performance.now() - begun) / 1_000,
      ...{ keys: written.keys, expired: written.expired, certificates: manifest.redis.certificates },
    };
  } finally {
    redis.disconnect();
  }
}

/** By file and ENOM_*, without their secrets: a restore may be said where no worker runs. */
function configuredBy(env: NodeJS.ProcessEnv): string[] | null {
  const ids = fleetFileOf(env).accounts.map(({ id }) => id);
  if (env.ENOM_USERNAME || env.ENOM_USERNAME_FILE) ids.push("main");
  return ids.length > 0 ? ids : null;
}

/** A journal that outlived its Redis knows more than the backup. */
async function mustBeItsJournal(
  { location, access }: { location: string; access: Omit<RedisAccess, "REDIS_URL"> },
  { prefix, journal: { id } }: Manifest,
): Promise<void> {
  const journal = await openJournal(location, prefix, access);
  await journal.close();
  if (journal.id !== id)
    throw new Refused(
      `the journal of --journal is not the one that this fleet worked with (its id is ${journal.id}, not ${id})`,
    );
}

/** The journal first: a process that comes too early finds a journal without a ledger, and buys nothing. */
async function load(
  redis: RedisClient,
  {
    file,
    manifest,
    reason,
    access,
  }: { file: BackupFile; manifest: Manifest; reason: string; access: Omit<RedisAccess, "REDIS_URL"> },
  { journal: location, isJournalThere, tell }: RestoreAsked,
): Promise<KeysRestored> {
  const { prefix, parts } = manifest;
  if (!isJournalThere) {
    tell("writing the journal");
    const journal = await newJournal({ location, prefix, access }, manifest.journal);
    try {
      await readParts(file, async (path, content) => {
        if (path.startsWith(JOURNAL_PARTS) && path !== ID_PART) await journal.take(path, content);
      });
    } finally {
      await journal.end();
    }
  }
  const restorer = await keyRestorer(redis, prefix, reason);
  try {
    const all = parts.filter(({ path }) => path.startsWith("redis/")).length;
    let done = 0;
    await readParts(file, async (path, content) => {
      if (path === MANIFEST || !path.startsWith("redis/")) return;
      await restorer.take(readKeyLines(content));
      tell(`Redis: ${++done} of ${all} parts written`);
    });
    return restorer.end();
  } finally {
    restorer.close();
  }
}

/** Steps that the journal has and the copy of Redis lacks are written again. Everything stays frozen. */
async function completeLedgers(
  desk: Desk,
  { written, manifest, reason }: { written: KeysRestored; manifest: Manifest; reason: string },
): Promise<RestoredAccount[]> {
  const { redis, keys } = desk.ledger;
  const backupAt = manifest.at;
  const ids = new Set([...written.accounts, ...manifest.accounts.map(({ id }) => id)]);
  const done: RestoredAccount[] = [];
  for (const id of [...ids].sort()) {
    const seal = async (): Promise<void> => {
      const now = desk.ledger.now?.() ?? (await timeOf(redis));
      await sealRestored({ redis, keys }, id, { at: now, backupAt, reason });
    };
    await seal();
    await emptyOutbox(desk, id);
    const { state } = await readLedgerStatus(desk, id);
    if (state === "behind" || state === "lost") {
      const words = `restored from the backup of ${backupAt} (${desk.who})`;
      const { steps, ordersToSendAgain } = await rebuild(
        desk,
        { account: id, words },
        { certificates: desk.certificates, now: desk.clock.now() },
      );
      done.push({ id, steps, ordersToSendAgain });
    } else done.push({ id, steps: 0, ordersToSendAgain: [] });
    await seal();
  }
  return done;
}
