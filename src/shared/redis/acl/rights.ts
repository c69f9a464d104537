// Who may do what in Redis: a table of the parts of a fleet, their keys and their commands. Keys come from `keysUnder`, so
// that a key that is renamed there is renamed here. A new key needs a line here for each part that uses it; the test that
// runs the fleet under these users shows who was forgotten.
import { type JobName, queueNames } from "../../queue/jobs.ts";
import { type Keys, keysUnder } from "../keys.ts";

export const aclParts = ["gateway", ...queueNames, "command-line"] as const;
export type AclPart = (typeof aclParts)[number];

/** What a part may touch, as patterns of Redis' ACL (redis.io, ACL: `%R~`, `%W~`, `~`; since Redis 7). */
export interface Rights {
  /** May be read and written. */
  both: readonly string[];
  read: readonly string[];
  /** May be written and not read. */
  write: readonly string[];
  /** Commands beside those that every part has. */
  commands: readonly string[];
}

/**
 * Reading and writing of keys, scripts (which Redis holds to the same keys), and what a client says of itself. Nothing
 * that is dangerous or meant for administrators, and nothing that lists names of keys or asks for all of them.
 */
export const COMMANDS_OF_ALL = [
  ...["-@all", "+@read", "+@write", "+@connection", "+@transaction", "-@dangerous", "-@admin", "-@scripting"],
  ...["-scan", "-randomkey", "-dbsize", "-copy", "-move", "+eval", "+evalsha", "+script|exists", "+script|load"],
  ...["+info", "+time", "+wait", "+subscribe", "+unsubscribe"],
] as const;

/** Whether Redis keeps what it acknowledged is asked before each purchase. */
const BUYS = ["+config|get"];

/** @param prefix CERTFLEET_PREFIX, in which the signs of patterns are taken literally */
export function rightsOf(part: AclPart, prefix: string): Rights {
  const keys = keysUnder(prefix.replace(/[\\*?[\]]/g, "\\$&"));
  const rights = table(keys)[part];
  return {
    ...rights,
    both: [keys.processes, keys.format, keys.tried, keys.replicas, keys.events, keys.eventsBegun, ...rights.both],
    read: [
      ...[keys.clock, keys.lastSweep, keys.lastBackup, keys.journalFailures, keys.redisRisks, keys.restored],
      ...rights.read,
    ],
  };
}

/** On which Redis tells of changed keys (redis.io, client-side caching): names of keys, of all who share this Redis. */
export const INVALIDATIONS = "__redis__:invalidate";

/** The channel on which the clock of a sandbox is pushed; a backup hears which keys change while it copies them. */
export function channelsOf(part: AclPart, prefix: string): string[] {
  const { clock } = keysUnder(prefix.replace(/[\\*?[\]]/g, "\\$&"));
  return part === "command-line" ? [clock, INVALIDATIONS] : [clock];
}

function table(keys: Keys): Record<AclPart, Rights> {
  const queue = (name: JobName): string => `${keys.prefix}:${name}:*`;
  const ledger = `${keys.prefix}:ledger:*`;
  const journal = `${keys.prefix}:journal:*`; // its id; in a second Redis, its lines too
  const orders = [keys.certificate("*"), `${keys.prefix}:index:*`, keys.unfinished("open"), keys.unfinished("reissue")];
  const accounts = [keys.accounts, keys.account("*")];
  const { trail, head, begun, secret, copied, copier } = keys.audit;
  const writesAudit = [trail, head, begun, secret];
  /** API keys: who shows one, what it ordered today, how much it asks. */
  const callers = [`${keys.prefix}:key:*`, `${keys.prefix}:requests:*`];
  /** Kept for callers who ask again; those that tell of an order go with the person whom it names. */
  const keptAnswers = [keys.answer("*"), keys.answersOf("*")];
  /** Console users and their sessions. */
  const people = [keys.users, ...["user", "session", "device", "sign-in"].map((what) => `${keys.prefix}:${what}:*`)];
  /** Who has the fleet send mails seals and notes them. */
  const seals = [keys.seal, keys.unsealed, keys.askedMails, keys.askedMail("*")];
  /** The notes of the schedules, and whose turn it is to put them back: all parts but `notify` do. */
  const schedules = [keys.kept, keys.sweeper("schedules")];
  /** Webhook endpoints and their lanes; the secrets lie apart. */
  const hooks = [keys.hooks, keys.hook("*")];
  const jobFaults = `${keys.prefix}:unreadable:*`;
  /** Whose turn it is there. */
  const turns = (name: JobName): string[] => [keys.fair(name), keys.arranger(name)];
  const purchases = [
    ...[
      ...orders,
      ...accounts,
      ledger,
      journal,
      keys.validations("*"),
      keys.notices,
      keys.awaiting("*"),
      keys.byHand("*"),
    ],
  ];
  return {
    gateway: {
      both: [
        ...[...queueNames.map(queue), ...orders, keys.bounces, ...writesAudit, ...seals],
        ...[...callers, ...people, ...schedules, ...keptAnswers, jobFaults, keys.fleetId, ...hooks],
        keys.bulkRun("*"),
      ],
      read: [...accounts, ledger, keys.validations("*"), keys.mailing, ...queueNames.map(keys.heartbeat)],
      write: [keys.hookSecret("*")], // makes secrets, and never sees one again
      commands: ["+client|list"], // Bull Board shows who works
    },
    open: {
      both: [
        ...[...queueNames.map(queue), ...purchases, keys.sweeper("open"), keys.heartbeat("open"), keys.failedMails],
        ...[`${keys.inbox.waiting}*`, ...writesAudit, ...seals, ...turns("open"), ...schedules, jobFaults],
        ...[keys.redisRisks, copied, copier], // copies the trail into the journal
      ],
      read: [keys.mailing, ...hooks],
      write: [],
      commands: BUYS,
    },
    reissue: {
      both: [
        ...[...queueNames.map(queue), ...purchases, ...seals, ...turns("reissue"), jobFaults, ...keptAnswers],
        ...[keys.sweeper("reissue"), keys.heartbeat("reissue"), keys.lastSweep, ...writesAudit, ...schedules],
      ],
      read: [keys.mailing],
      write: [],
      commands: BUYS,
    },
    notify: {
      both: [
        ...[queue("notify"), ...turns("notify"), keys.mail("*"), keys.mailing, keys.mailRate],
        ...[keys.bounces, keys.heartbeat("notify")],
        ...[...writesAudit, ...seals, jobFaults, keys.sweeper("notify")],
      ],
      read: [keys.byAcceptance, keys.accounts], // whether a fleet ran here before there were seals
      write: [keys.failedMails],
      commands: [],
    },
    "balance-poll": {
      both: [
        ...[...queueNames.map(queue), ...accounts, keys.heartbeat("balance-poll")],
        ...[...seals, jobFaults, ...schedules],
      ],
      read: [...orders, ledger],
      write: [],
      commands: [],
    },
    webhook: {
      both: [queue("webhook"), ...hooks, keys.sweeper("webhook"), keys.heartbeat("webhook"), jobFaults],
      read: [keys.hookSecret("*")],
      write: [],
      commands: [],
    },
    "command-line": {
      both: [`${keys.prefix}:*`],
      read: [],
      write: [],
      // Mails to a person lie under keys that name nobody. RESTORE puts a backup back.
      commands: [...BUYS, "+client|list", "+scan", "+restore"],
    },
  };
}
