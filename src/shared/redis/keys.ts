// Every Redis key that is ours, in one place; types, TTLs and owners are listed in docs/reference/redis-keys.md. All
// lie under one hash tag (the prefix, default `{certfleet}`), so that one script may change several of them on a
// Cluster too.

export type Keys = ReturnType<typeof keysUnder>;

/** What all certificates of a list have in common. */
export interface ListName {
  domain?: string | undefined;
  status?: string | undefined;
  attention?: boolean | undefined;
  isByExpiry?: boolean | undefined;
}

export function keysUnder(prefix: string) {
  const key = (...parts: (string | number)[]) => [prefix, ...parts].join(":");
  return {
    prefix,
    certificate: (reference: string) => key("certificate", reference),
    byAcceptance: key("index", "accepted"),
    byStatus: (status: string) => key("index", "status", status),
    byDomain: (domain: string) => key("index", "domain", domain),
    byExpiry: key("index", "expiry"),
    /** When each certificate was last saved, or ended. */
    byUpdate: key("index", "updated"),
    withAttention: key("index", "attention"),
    /** Those that need attention for this reason. */
    attentionOf: (code: string) => key("index", "attention-code", code),
    /** One list of certificates, by acceptance or by expiry; `certificate/lua/listing.lua` names them, too. */
    list: ({ domain, status, attention, isByExpiry }: ListName) => {
      const facets = [
        ...(domain === undefined ? [] : ["domain", domain]),
        ...(status === undefined ? [] : ["status", status]),
        ...(attention ? ["attention"] : []),
        ...(isByExpiry ? ["expiry"] : []),
      ];
      return key("index", ...(facets.length === 0 ? ["accepted"] : facets));
    },
    /** Whether every certificate stands in all its lists, and how far the work is that puts the older ones there. */
    listed: key("index", "listed"),
    listing: key("index", "listed", "by"),
    /** When the policy acts next. */
    due: key("index", "due"),
    /** Which policy the index was made with. */
    duePolicy: key("index", "due", "policy"),
    /** Orders whose customer was erased, and when. */
    erased: key("index", "erased"),
    /** How far the sweep that erases ended orders has come. */
    erasedUpTo: key("index", "erased", "up-to"),
    validations: (domain: string) => key("validations", domain),
    notices: key("notices"),
    clock: key("clock"),
    /** What happened in the fleet, for others to hear of (`shared/events`): a stream, the newest million. */
    events: key("events"),
    /** The place before which a reader has missed something: where the stream began, after a Redis that forgot all, too. */
    eventsBegun: key("events", "begun"),
    /** Webhook endpoints; of each, all that its deliveries need lies beside it (`shared/webhooks`). Secrets lie apart. */
    hooks: key("hooks"),
    hook: (id: string, part?: "due" | "log" | "logged") => key("hook", id, ...(part === undefined ? [] : [part])),
    hookSecret: (id: string) => key("hook-secret", id),
    /** What was asked for many certificates at once, and what became of each. */
    bulkRun: (id: string) => key("bulk", id),
    /** Written to see whether Redis takes writes. */
    tried: key("tried"),
    /** Which primary was last seen with replicas, and when; and when a person said that there are none any more. */
    replicas: key("replicas"),
    /** A person takes this order step by step. */
    byHand: (reference: string) => key("by-hand", reference),
    unfinished: (queue: "open" | "reissue") => key("unfinished", queue),
    /** Whose turn it is to look for what was lost: jobs, mails, schedules. */
    sweeper: (queue: "open" | "reissue" | "notify" | "webhook" | "schedules") => key("sweeper", queue),
    /** The process that gives places to what waits in a queue, and whose turn it was there. */
    arranger: (queue: string) => key("fair", queue, "arranger"),
    fair: (queue: string) => key("fair", queue),
    account: (account: string) => key("account", account),
    accounts: key("accounts"),
    readings: (account: string) => key("account", account, "readings"),
    turns: (account: string) => key("account", account, "turns"),
    problem: (account: string) => key("account", account, "problem"),
    /** What the department was told of the whole account, and orders still wait for. */
    cases: (account: string) => key("account", account, "cases"),
    /** Its states that were seen, since when, and whether the department was told; `*` is the whole fleet. */
    troubles: (account: string) => key("account", account, "troubles"),
    /** Cancelled orders whose money may come back, and the slots whose department was told that the refund ends. */
    refunds: (account: string) => key("account", account, "refunds"),
    refundsTold: (account: string) => key("account", account, "refunds", "told"),
    /** Answers of eNom's that were not understood, masked. */
    answers: (account: string) => key("account", account, "answers"),
    /** Why the account buys nothing until eNom's list is understood. */
    notUnderstood: (account: string) => key("account", account, "not-understood"),
    /** What an import has read of the account, and what the last comparison with it found. */
    imported: (account: string) => key("account", account, "imported"),
    drift: (account: string) => key("account", account, "drift"),
    driftTurn: (account: string) => key("account", account, "drift", "turn"),
    /** Since when the account only observes; there until a person lets it go live. */
    observed: (account: string) => key("account", account, "observed"),
    /** What was seen at eNom last of an observed account's certificates, and its reports. */
    shadow: (account: string) => key("account", account, "shadow"),
    shadowReports: (account: string) => key("account", account, "shadow", "reports"),
    rate: (account: string) => key("account", account, "rate"),
    /** Requests to eNom that wait for their turn, and whose turn it was. */
    line: (account: string) => key("account", account, "line"),
    lineTurns: (account: string) => key("account", account, "line", "turns"),
    /** Mails handed to the mail server in this second. */
    mailRate: key("mailing", "rate"),
    breaker: (account: string) => key("account", account, "breaker"),
    /** `digest` stands for the mail's own key (`workers/notify/compose.ts`). */
    mail: (digest: string) => key("mail", digest),
    /** Mails that were put off in a row, since the last one that went out. */
    mailing: key("mailing"),
    /** Mails that will not go out, until a worker of orders has written them into the timelines. */
    failedMails: key("failed-mails"),
    bounces: key("bounces"),
    /** With what the fleet seals the mails that it asks for, and what it asked for before there were seals. */
    seal: key("seal"),
    unsealed: key("unsealed"),
    /** Console users; their names. */
    user: (name: string) => key("user", name),
    users: key("users"),
    /** By the hashes of the ids that browsers have. */
    session: (hash: string) => key("session", hash),
    device: (hash: string) => key("device", hash),
    /** Failed sign-ins by person, address, and both. */
    signIn: (what: "pair" | "address" | "person", digest: string) => key("sign-in", what, digest),
    heartbeat: (queue: string) => key("heartbeat", queue),
    /** The processes of the fleet: what each is, and when it last gave a sign of life. */
    processes: key("processes"),
    /** Which release's data lies here, and which releases can read it. */
    format: key("format"),
    /** When the policy last looked at everything that is due, and when a backup was last made. */
    lastSweep: key("sweep", "last"),
    lastBackup: key("backup", "last"),
    /** Processes that cannot write the money journal, and why. */
    journalFailures: key("journal", "failures"),
    /** What Redis may forget by its settings, while it may. */
    redisRisks: key("redis", "risks"),
    /** Random and opaque: which fleet this is, for whoever asks its gateway. */
    fleetId: key("fleet", "id"),
    /** Written in the last moment of a copy, so that Redis tells when it has told everything before. */
    backupFence: key("backup", "fence"),
    /** Of a fleet that was restored from a backup: from which, and which accounts were compared with eNom since. */
    restored: key("restored"),
    /** Who did what (`shared/authority/audit`). */
    audit: {
      trail: key("audit"),
      head: key("audit", "head"),
      begun: key("audit", "begun"),
      /** The secret of the hashes that stand for personal data. */
      secret: key("audit", "secret"),
      /** Up to which line the journal has it, and who copies now. */
      copied: key("audit", "copied"),
      copier: key("audit", "copier"),
    },
    apiKey: {
      /** Names of the live ones, and the hash of the secret in force. */
      ids: key("key", "ids"),
      revoked: key("key", "revoked"),
      secret: (sha256: string) => key("key", "secret", sha256),
      used: key("key", "used"),
      /** What it ordered in the last 24 hours, and what each of it costs. */
      orders: (id: string) => key("key", "day", id, "orders"),
      prices: (id: string) => key("key", "day", id, "prices"),
    },
    /** The answer to a request with an Idempotency-Key, and the answers that tell of an order. */
    answer: (digest: string) => key("answer", digest),
    answersOf: (reference: string) => key("answers", reference),
    /** Requests of one caller, `key:shop` or `person:ada`. */
    requests: (caller: string) => key("requests", caller),
    /** BullMQ's own, where its library has no call for what we ask: `meta`, `limiter`, `repeat`, `de:ID`, a job's id. */
    ofQueue: (queue: string, ...parts: (string | number)[]) => key(queue, ...parts),
    /** Queues and job schedulers that must be there, as a process last put them. */
    kept: key("kept"),
    /** Jobs that were refused because nobody could read them: how many, and the newest. */
    unreadable: (queue: string) => key("unreadable", queue),
    /** Orders that others put in with lua/enqueue.lua. What they name is promised and never changes. */
    inbox: {
      versions: key("inbox", "versions"),
      /** By whose turn it is; those that somebody has in hand. */
      waiting: key("inbox"),
      taken: key("inbox", "taken"),
      orders: key("inbox", "orders"),
      turns: key("inbox", "turns"),
      answers: (reference: string) => key("inbox", "answers", reference),
    },
    /** Jobs that wait for the end of an order: `open 17`. */
    awaiting: (reference: string) => key("awaiting", reference),
    /** Mails that were asked for and have not ended: when each is looked for in its queue, and each one's job. */
    askedMails: key("asked"),
    askedMail: (digest: string) => key("asked", digest),
    ledger: {
      meta: (account: string) => key("ledger", account, "meta"),
      outbox: (account: string) => key("ledger", account, "outbox"),
      attempt: (reference: string, number: number) => key("ledger", "attempt", reference, number),
      owner: (account: string) => key("ledger", account, "owner"),
      held: (account: string) => key("ledger", account, "held"),
      version: (account: string) => key("ledger", account, "version"),
      unsettled: (account: string) => key("ledger", account, "unsettled"),
      parked: (account: string) => key("ledger", account, "parked"),
      abandoned: (account: string) => key("ledger", account, "abandoned"),
      left: (account: string) => key("ledger", account, "left"),
      /** What eNom listed after a restore and the ledger did not know. */
      found: (account: string) => key("ledger", account, "found"),
      spent: (account: string) => key("ledger", account, "spent"),
      keeper: (account: string) => key("ledger", account, "keeper"),
      pool: (account: string, slotClass: string) => key("ledger", account, "pool", slotClass),
    },
  };
}
