// `audit list`, `verify` and `export`, the part that people see.
import { once } from "node:events";
import type { Writable } from "node:stream";
import { actorText } from "../../../shared/authority/actor.ts";
import type { AuditEntry } from "../../../shared/authority/audit/entry.ts";
import { type AuditPage, readTrail, type Verification } from "../../../shared/authority/audit/read.ts";
import { auditTrail } from "../../../shared/authority/audit/trail.ts";
import { systemClock } from "../../../shared/base/clock.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { type Column, listed } from "../columns.ts";
import { withRedis } from "../connection.ts";
import type { ProgramContext } from "../own-redis.ts";
import { table, timeText } from "../table.ts";

export interface ListOptions {
  who?: string;
  action?: string;
  subject?: string;
  outcome?: AuditEntry["outcome"];
  since?: Date;
  limit: number;
  cursor?: string;
}

const MOST_A_PAGE = 1_000;
/** As `GET /v1/audit` takes it. */
const MOST_FROM_AFAR = 200;

export function listTrail({ limit, cursor, ...wanted }: ListOptions, context: ProgramContext): Promise<Result> {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
    return Promise.resolve(failure("usage", "--cursor must be the cursor that the previous page printed."));
  return pageOf({ ...wanted, cursor, limit }, context).then((page): Result => {
    const { items, nextCursor } = page;
    const note = [
      ...(items.length === 0 ? ["The audit trail has nothing that fits."] : []),
      ...(nextCursor === null ? [] : [`More: --cursor ${nextCursor}`]),
    ].join("\n");
    const head = ["TIME", "WHO", "FROM", "ACTION", "ON", "OUTCOME", "CHANGED"];
    const text = items.length === 0 ? "" : table(head, items.map(rowOf));
    return { ending: "done", text, json: page, listed: listed(COLUMNS, items), ...(note !== "" && { note }) };
  });
}

async function pageOf(
  { since, limit, ...wanted }: Omit<ListOptions, "cursor"> & { cursor: string | undefined },
  context: ProgramContext,
): Promise<AuditPage> {
  const { findOperations } = await import("../port/http-operations.ts");
  const far = await findOperations(context);
  if (far) {
    const asked = { ...wanted, limit: Math.min(limit, MOST_FROM_AFAR), ...(since && { since: since.toISOString() }) };
    return far.audit({ query: asked });
  }
  return withRedis(context, ({ redis, keys }) =>
    auditTrail({ redis, keys, clock: systemClock }).list({ ...wanted, since, limit: Math.min(limit, MOST_A_PAGE) }),
  );
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  { name: "at", of: ({ at }) => at },
  { name: "who", of: ({ who }) => actorText(who) },
  { name: "from", of: ({ from }) => from },
  { name: "action", of: ({ action }) => action },
  { name: "subject", of: ({ subject }) => subject },
  { name: "outcome", of: ({ outcome }) => outcome },
  { name: "changed", of: ({ before, after }) => Object.keys({ ...before, ...after }).join(" ") },
];

export function verifyResult({
  trail,
  journal,
}: {
  trail: Verification;
  journal: { lines: number; faults: string[] } | { unread: string };
}): Result {
  const compared =
    "unread" in journal ? { faults: [], text: `The journal was not compared: ${journal.unread}` } : undefined;
  const faults = [
    ...trail.faults.map(({ seq, message }) => `line ${seq} ${message}`),
    ...("faults" in journal ? journal.faults : []),
  ];
  const ok = faults.length === 0 && compared === undefined;
  const json = { ...trail, ok, faults, journal };
  if (faults.length > 0) {
    const message = `The audit trail was changed or is not whole:\n${faults.join("\n")}\nCompare it with your own exports and with a backup.`;
    return failure("failed", message, json);
  }
  const whole = `${trail.lines} lines, each follows the one before it. Last: line ${trail.head.seq}, SHA-256 ${trail.head.hash}`;
  if (compared) return failure("later", `${whole}\n${compared.text}`, json);
  const text = `${whole}\nThe journal has ${"lines" in journal ? journal.lines : 0} of them, and no other.`;
  return { ending: "done", text, json };
}

/** Written as it is read: the trail may be larger than memory. */
export function exportTrail(context: ProgramContext, out: Writable): Promise<Result> {
  return withRedis(context, async ({ redis, keys }) => {
    let lines = 0;
    for await (const page of readTrail({ redis, keys })) {
      lines += page.length;
      if (!out.write(page.map(({ text }) => `${text}\n`).join(""))) await once(out, "drain");
    }
    return { ending: "done", text: "", json: { lines }, note: `${lines} lines` };
  });
}

function rowOf({ at, who, from, action, subject, before, after, outcome }: AuditEntry): string[] {
  const names = Object.keys({ ...before, ...after });
  return [timeText(at), actorText(who), from ?? "-", action, subject ?? "-", outcome, names.join(", ") || "-"];
}
