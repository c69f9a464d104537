// What came from eNom and cannot be delivered yet: looked at again after growing pauses, then a person is told.

import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { Outcome } from "../runtime/outcome.ts";
import type { Undelivered } from "./issued-certificate.ts";
import type { OrderNeeds } from "./needs.ts";
import { pollLater, pollPause, raiseAttention } from "./waiting.ts";

/** With looks of 300 seconds at first, about an hour: eNom often shows parts before the whole. */
const LOOKS_BEFORE_TELLING = 6;

/** Two runs at once count one look twice, and so tell a little earlier; nothing of the customer's is touched. */
export function lookAgain(certificate: Certificate, { fault, code }: Undelivered, needs: OrderNeeds): Promise<Outcome> {
  const { record } = certificate;
  const looks = (record.undelivered?.looks ?? 0) + 1;
  const noted = { ...certificate, record: { ...record, undelivered: { looks, why: fault } } };
  if (looks >= LOOKS_BEFORE_TELLING) return raiseAttention(noted, { code, message: fault }, needs);
  return pollLater(noted, { waitSeconds: pollPause(needs.timings.pollSeconds, looks - 1), because: fault }, needs);
}
