// Watches the samples over the API until every one is issued and its mail has come.
import { setTimeout as pause } from "node:timers/promises";
import type { MailCatcher } from "./mail/catcher.ts";
import type { Progress, Row } from "./progress.ts";
import type { Sample } from "./samples.ts";

interface Shown {
  status: string;
  certId: number | null;
  expirationDate: string | null;
  paidUntil: string | null;
  attention: { message: string } | null;
  failure: { message: string } | null;
  timeline: { event: string }[];
}

export interface Watched {
  gatewayUrl: string;
  samples: readonly Sample[];
  mail: MailCatcher;
  progress: Progress;
  /** Aborted when somebody ends the fleet meanwhile. */
  signal: AbortSignal;
}

/** Resolves when all are issued. @throws Error naming the samples that are not within `timeoutMs`, and why */
export async function watchSamples(
  { gatewayUrl, samples, mail, progress, signal }: Watched,
  timeoutMs: number,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  // A gateway that is being restarted is waited for.
  let rows: readonly Row[] = [];
  for (;;) {
    rows = await Promise.all(samples.map((sample) => read(gatewayUrl, sample, mail))).catch(() => rows);
    progress.show(rows);
    if (rows.length > 0 && rows.every(isOver)) break;
    const failed = rows.filter((row) => row.step === "failed");
    if (failed.length > 0 || performance.now() > end) {
      const late = (failed.length > 0 ? failed : rows.filter((row) => !isOver(row))).map(
        (row) => `${row.reference} is ${row.step}${row.attention ? ` (${row.attention})` : ""}, ${row.mails} mails`,
      );
      throw new Error(`not all samples were issued: ${late.join("; ")}`);
    }
    await pause(100, undefined, { signal });
  }
  progress.end();
}

/** Three mails an order: that it was ordered, what to do for validation, and the certificate. */
function isOver({ step, mails }: Row): boolean {
  return step === "issued" && mails === 3;
}

async function read(gatewayUrl: string, { reference, product }: Sample, mail: MailCatcher): Promise<Row> {
  const answer = await fetch(`${gatewayUrl}/v1/certificates/${reference}`);
  const shown = (await answer.json()) as Shown;
  const { status, certId, expirationDate, paidUntil, attention, failure, timeline } = shown;
  const mails = mail.mails().filter((each) => `${each.text}`.includes(reference)).length;
  const told = timeline.at(-1)?.event === "mail.requested";
  const step = status === "issued" && !told ? "issuing" : status;
  const trouble = (failure ?? attention)?.message ?? null;
  return { reference, product, step, certId, expirationDate, paidUntil, mails, attention: trouble };
}
