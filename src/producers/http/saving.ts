// Changes a saved order, over its newest version, and enqueues a job for it.
import { z } from "zod";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import type { GatewayNeeds } from "./needs.ts";
import { problem } from "./problems.ts";

/** @throws the problem `not-found` */
export async function getCertificate(
  reference: string,
  { certificates }: Pick<GatewayNeeds, "certificates">,
): Promise<Certificate> {
  const certificate = await certificates.find(reference);
  if (!certificate) throw problem("not-found", `There is no certificate ${reference}.`);
  return certificate;
}

/**
 * Saves what `decide` makes of the certificate; read again and decided again when somebody else saved in between.
 * `decide` answers undefined where nothing is to be saved, and throws a problem where it cannot be.
 * @throws Unavailable when others were faster each time
 */
export function change(
  reference: string,
  decide: (certificate: Certificate, now: Date) => Certificate | undefined | Promise<Certificate | undefined>,
  { certificates, clock }: Pick<GatewayNeeds, "certificates" | "clock">,
): Promise<Certificate> {
  return overNewest(async () => {
    const certificate = await getCertificate(reference, { certificates });
    const now = clock.now();
    const changed = await decide(certificate, now);
    return changed ? certificates.save(changed, now) : certificate;
  });
}

/** Enqueues a job for an order whose record already says what to do. A job that is lost is no failure: the sweeper creates it soon. */
export async function enqueueFor(
  queue: "open" | "reissue",
  reference: string,
  { queues, log }: Pick<GatewayNeeds, "queues" | "log">,
): Promise<void> {
  try {
    await queues.enqueue(queue, { reference });
  } catch (err) {
    log.warn({ event: "doorbell.lost", queue, reference, err });
  }
}

/** Has the policy looked after now, and not only with the next hour's sweep. */
export async function ringSweep({ queues, log }: Pick<GatewayNeeds, "queues" | "log">): Promise<void> {
  try {
    await queues.enqueue("reissue", { sweep: true });
  } catch (err) {
    log.warn({ event: "doorbell.lost", queue: "reissue", reference: "sweep", err });
  }
}

/** The header that makes a repeated call the same request (IETF draft, The Idempotency-Key HTTP Header Field). */
export const idempotencyKey = z.looseObject({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 printable characters without spaces")
    .optional()
    .meta({
      description:
        "Makes a repeated call the same call: with the key of an earlier one nothing is done a second time, and its answer comes again",
      example: "bill-1001-2026-11-22",
    }),
});
