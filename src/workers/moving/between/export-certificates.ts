// `certificate export`: writes certificates with their facts of the ledger into a file for another fleet. What is under way is
// left behind, and named: only one fleet may know how a purchase ends.

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { readShare, UNKNOWN } from "../../../shared/authority/share.ts";
import { Refused } from "../../../shared/base/errors.ts";
import { type Certificate, isFinished } from "../../../shared/certificate/certificate.ts";
import { orderDigest } from "../../../shared/certificate/order.ts";
import { overNewest } from "../../../shared/certificate/save-race.ts";
import type { ExportAsked, ExportReport, LeftBehind } from "../../../shared/moving/move-reports.ts";
import { version } from "../../../shared/process/version.ts";
import type { MovingDesk } from "../desk/moving-desk.ts";
import { type MoveLine, moveWriter } from "./move-file.ts";

const PAGE = 100;

/**
 * The file is new, and only its owner may read it. With `isHandedOver` each certificate leaves the care of this fleet before its line is
 * written: a crash leaves certificates that nobody looks after, and never one that two fleets do. Said again it goes on.
 * @throws Refused the file is there already
 */
export async function exportCertificates(
  { out, account, isHandedOver }: ExportAsked,
  desk: MovingDesk,
): Promise<ExportReport> {
  const { certificates, clock, ledger } = desk;
  const at = clock.now().toISOString();
  const file = await openFile(out);
  const writer = moveWriter({ at, fleet: ledger.keys.prefix, software: version, handedOver: isHandedOver });
  const write = async (text: string): Promise<void> => {
    if (!file.write(text)) await once(file, "drain");
  };
  const left: LeftBehind[] = [];
  let count = 0;
  await write(writer.head());
  let cursor: string | undefined;
  do {
    const page = await certificates.list({}, { limit: PAGE, cursor }, clock.now());
    for (const each of page.certificates) {
      if (account !== undefined && each.record.account !== account) continue;
      const why = await whyUnderWay(each, desk);
      const kept = why === undefined && isHandedOver ? await handOver(each, desk) : each;
      const still = kept === undefined ? "it was changed while it was written" : why;
      if (still !== undefined || kept === undefined) {
        left.push({ reference: each.order.reference, what: still ?? "" });
        continue;
      }
      await write(writer.line(await lineOf(kept, desk)));
      count++;
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  await write(writer.tail());
  if (out !== "-") {
    file.end();
    await once(file, "close");
  }
  return { file: out === "-" ? null : out, at, certificates: count, isHandedOver, left };
}

async function openFile(out: string): Promise<Writable> {
  if (out === "-") return process.stdout;
  const file = createWriteStream(out, { flags: "wx", mode: 0o600 });
  try {
    await once(file, "open");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refused(
      code === "EEXIST"
        ? `${out} is there already: name a new file.`
        : `${out} cannot be written: ${code ?? "unknown error"}.`,
    );
  }
  return file;
}

/** Why it stays with this fleet for now; undefined: nothing of it is under way. */
async function whyUnderWay(certificate: Certificate, { ledger }: MovingDesk): Promise<string | undefined> {
  const { order, record, state } = certificate;
  if (!isFinished(certificate)) return `the order is ${state}: wait until it is done, or cancel it`;
  if (record.reissue) return "a reissue is under way: wait until it is done";
  if (state !== "CONFIGURED" && state !== "CANCELLED" && state !== "REFUSED") return `the order is ${state}`;
  if (record.account === null) return undefined;
  const { redis, keys } = ledger;
  const maps = await Promise.all(
    [keys.ledger.unsettled(record.account), keys.ledger.parked(record.account)].map((key) => redis.hkeys(key)),
  );
  const isInFlight = maps.flat().some((field) => field.startsWith(`${order.reference}#`));
  return isInFlight ? "a purchase of it is not settled yet: wait half an hour" : undefined;
}

/** Undefined where somebody changed it meanwhile, so that it may be under way. */
function handOver({ order, version }: Certificate, desk: MovingDesk): Promise<Certificate | undefined> {
  return overNewest(async () => {
    const certificate = await desk.certificates.find(order.reference);
    if (!certificate || certificate.version !== version) return undefined;
    const { record } = certificate;
    const account = record.account ?? "";
    if (record.origin?.kind === "handed-over" && record.adopted === undefined) return certificate;
    const at = desk.clock.now().toISOString();
    const { adopted: _adopted, ...rest } = record;
    const given = { ...rest, origin: { kind: "handed-over" as const, at, account } };
    return desk.certificates.save({ ...certificate, record: given }, desk.clock.now());
  });
}

async function lineOf(certificate: Certificate, { ledger }: MovingDesk): Promise<MoveLine> {
  const { redis, keys } = ledger;
  const { order, record, state, certId, slotBoughtAt, term, purchases, acceptedAt } = certificate;
  const { reference } = order;
  const [came, kept, share] = await redis.hmget(keys.certificate(reference), "digest", "keptDigest", "share");
  const holders = Array.from({ length: term - 1 }, (_, i) => `${reference}~${i + 1}`);
  const slots =
    record.account === null || holders.length === 0
      ? []
      : await redis.hmget(keys.ledger.held(record.account), ...holders);
  const { by, of } = readShare(share) ?? UNKNOWN;
  const own = orderDigest(order);
  return {
    ...{ reference, account: record.account, acceptedAt: acceptedAt.toISOString() },
    digests: { came: came ?? own, kept: kept ?? came ?? own },
    ...{ share: [by, of], order, record },
    ledger: {
      ...{ state, certId, slotAt: slotBoughtAt?.toISOString() ?? null, term, purchases },
      former: holders.flatMap((holder, i) => (slots[i] ? [{ holder, certId: Number(slots[i]) }] : [])),
    },
  };
}
