// The reference of the match file, for a certificate that was taken in under another one: while nobody has adopted it.
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import type { OddRow } from "../../shared/moving/import-reports.ts";
import { slotClass } from "../ledger/attempt.ts";
import { nameOrder } from "../ledger/imported/name-order.ts";
import type { MovingDesk } from "./desk/moving-desk.ts";
import { shareOfImported } from "./reading/imported-order.ts";

export interface Given {
  certificate: Certificate;
  isNamed: boolean;
  oddRows: OddRow[];
}

/** What has its reference already, or is named by no row, keeps it. */
export async function giveReference(
  certificate: Certificate,
  about: { certId: number; account: string; wanted: { reference: string; line: number } | undefined },
  desk: MovingDesk,
): Promise<Given> {
  const { wanted, certId } = about;
  const before = certificate.order.reference;
  if (!wanted || wanted.reference === before) return { certificate, isNamed: false, oddRows: [] };
  const stays = (why: string): Given => {
    const what = `CertID ${certId} keeps its reference ${before}: ${why}`;
    return { certificate, isNamed: false, oddRows: [{ ...wanted, what }] };
  };
  if (certificate.record.adopted !== undefined) return stays("it is adopted");
  const code = await rename(certificate, { ...about, to: wanted.reference }, desk);
  if (code === "another") return stays(`${wanted.reference} is another order here`);
  if (code !== "named") return stays(`it was changed meanwhile (${code}); import again`);
  return {
    certificate: { ...certificate, order: { ...certificate.order, reference: wanted.reference } },
    isNamed: true,
    oddRows: [],
  };
}

/** @throws Refused `ledger-frozen`; Unavailable the journal failed */
export function rename(
  certificate: Certificate,
  { certId, account, to }: { certId: number; account: string; to: string },
  desk: MovingDesk,
): Promise<string> {
  const now = desk.clock.now();
  const { order, record } = certificate;
  const told = withEvent(record, now, "certificate.named", `${to}, before ${order.reference}`);
  const years = record.plan?.years ?? order.years;
  return nameOrder(
    desk,
    {
      ...{ account, certId, to, certificate: { ...certificate, record: told } },
      ...{ slotClass: slotClass(order.product, years), share: shareOfImported(order) },
    },
    now,
  );
}
