// Gives an order that was taken in another reference, while nothing was done with it: a match file was corrected.
import { join } from "node:path";
import { type Share, shareText } from "../../../shared/authority/share.ts";
import { type Certificate, statusOf } from "../../../shared/certificate/certificate.ts";
import { listedEnd, listedText, listRoot } from "../../../shared/certificate/lists/listed.ts";
import { orderDigest } from "../../../shared/certificate/order.ts";
import { type LedgerContext, slotKeys } from "../context.ts";
import { ledgerScript, step } from "../script.ts";

const NAME = ledgerScript({
  step: "name-order",
  file: join(import.meta.dirname, "lua/name-order.lua"),
  whenFrozen: "refused",
  keys: ["certificate", "former", "owner", "held", "version", "updated", "due"],
  args: [
    ...(["reference", "before", "slot", "class", "order", "record", "digest", "share", "recordVersion"] as const),
    ...(["index", "listed"] as const),
  ],
});

export interface Naming {
  account: string;
  /** As it was read; its record is kept as it stands here. */
  certificate: Certificate;
  certId: number;
  slotClass: string;
  to: string;
  share: Share;
}

/**
 * One step: the order is there under one of both names at any moment. Answers `named`, or why not: `another`, `changed`,
 * `wrong-state`, `not the owner`.
 * @throws Refused `ledger-frozen`; Unavailable the journal failed
 */
export async function nameOrder(
  context: LedgerContext,
  { account, certificate, certId, slotClass, to, share }: Naming,
  now: Date,
): Promise<string> {
  const { keys } = context.ledger;
  const { record } = certificate;
  const { reference: before } = certificate.order;
  const order = { ...certificate.order, reference: to };
  const listed = {
    ...{ domain: order.domain, status: statusOf(certificate, now) },
    ...{ attention: record.attention !== null, notAfter: listedEnd(record) },
  };
  const { code } = await step(context, NAME, {
    ...{ account, reference: to },
    keys: {
      ...slotKeys(context, { reference: to, account }),
      ...{ former: keys.certificate(before), updated: keys.byUpdate, due: keys.due },
    },
    args: {
      ...{ reference: to, before, slot: certId, class: slotClass },
      ...{ order: JSON.stringify(order), record: JSON.stringify(record), digest: orderDigest(order) },
      ...{ share: shareText(share), recordVersion: certificate.version },
      ...{ index: listRoot(keys), listed: listedText(listed) },
    },
  });
  return code;
}
