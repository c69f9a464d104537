// How long certificates take for each stage, from what is new in a record's timeline when it is saved.
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { CertificateRecord } from "../../shared/certificate/record.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { TimelineEvent } from "../../shared/certificate/timeline-events.ts";
import { timeStage } from "../../shared/metrics/counts.ts";
import type { Stage } from "../../shared/metrics/definitions.ts";

type Entry = CertificateRecord["timeline"][number];

const BEGINS: readonly TimelineEvent[] = ["certificate.ordered", "renewal.started"];

/** Each stage with its last event, and those of which the newest before it began the stage. */
const STAGES: readonly { stage: Stage; from: readonly TimelineEvent[]; to: TimelineEvent }[] = [
  { stage: "purchase", from: BEGINS, to: "certificate.purchased" },
  { stage: "configure", from: ["certificate.purchased"], to: "certificate.configured" },
  { stage: "submit", from: ["certificate.configured"], to: "certificate.submitted" },
  { stage: "validate", from: ["certificate.submitted"], to: "certificate.issued" },
  { stage: "reissue", from: ["reissue.requested"], to: "certificate.reissued" },
  { stage: "total", from: BEGINS, to: "certificate.issued" },
];

/** Records that are being worked on; more at once are not measured. */
const MOST = 1_000;

/** The stages that a certificate passed with this save, and the seconds that each took. Pure. */
export function passedStages(before: readonly Entry[], after: readonly Entry[]): { stage: Stage; seconds: number }[] {
  const known = new Set(before.map(nameOf));
  const fresh = after.filter((entry) => !known.has(nameOf(entry)));
  return fresh.flatMap((entry) =>
    STAGES.filter(({ to }) => to === entry.event).flatMap(({ stage, from }) => {
      const begin = after
        .slice(0, after.indexOf(entry))
        .findLast(({ event }) => (from as readonly string[]).includes(event));
      const ms = begin ? Date.parse(entry.at) - Date.parse(begin.at) : Number.NaN;
      return ms >= 0 ? [{ stage, seconds: ms / 1_000 }] : [];
    }),
  );
}

function nameOf({ at, event, detail }: Entry): string {
  return [at, event, detail].join("|");
}

/**
 * The same store. A stage is counted when its record is saved; a crash right behind that leaves it uncounted. What another
 * process saved is that process's to count.
 */
export function timingStages(store: CertificateStore): CertificateStore {
  const read = new Map<string, { version: number; timeline: readonly Entry[] }>();
  const remember = ({ order: { reference }, version, record }: Certificate): void => {
    read.delete(reference);
    read.set(reference, { version, timeline: record.timeline });
    const [oldest] = read.keys();
    if (read.size > MOST && oldest !== undefined) read.delete(oldest);
  };
  return {
    ...store,
    async find(reference) {
      const found = await store.find(reference);
      if (found) remember(found);
      return found;
    },
    async save(certificate, now) {
      const before = read.get(certificate.order.reference);
      const saved = await store.save(certificate, now);
      if (before?.version === certificate.version)
        for (const { stage, seconds } of passedStages(before.timeline, saved.record.timeline))
          timeStage(stage, seconds);
      remember(saved);
      return saved;
    },
  };
}
