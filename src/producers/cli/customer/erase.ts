// `customer erase`: takes a person out of everything of which nothing is owed, and says what stays and why.
import { failure, type Result } from "../../../shared/base/result.ts";
import { eraseFrom, findNamed, type Named } from "../../../shared/certificate/personal/erase.ts";
import { bounceList } from "../../../shared/mail/bounces.ts";
import { openQueues } from "../../../shared/queue/queues.ts";
import { type Fleet, withFleet } from "../fleet.ts";
import type { ProgramContext } from "../own-redis.ts";
import { audited } from "../port/audited.ts";
import { table } from "../table.ts";
import { ELSEWHERE } from "./export.ts";
import { findInInbox, forgetAnswers } from "./inbox.ts";
import { findJobs, type Place } from "./mentions.ts";
import { findUntold, forgetAsked, forgetEvents, forgetMails, forgetTurns } from "./traces.ts";

interface Kept {
  reference: string;
  why: string;
}

/** May be run again: what is erased already is passed over, and what was kept is looked at anew. */
export function erasePerson(email: string, context: ProgramContext): Promise<Result> {
  return withFleet(context, async (fleet) => {
    const queues = openQueues(fleet.redis, fleet.keys.prefix, () => undefined);
    try {
      return await audited(fleet, { action: "customer.erase", subject: email }, () =>
        erase(email, fleet, { redis: fleet.redis, keys: fleet.keys, queues }),
      );
    } finally {
      await queues.close();
    }
  });
}

async function erase(email: string, fleet: Fleet, place: Place): Promise<Result> {
  const named: Named[] = [];
  for await (const each of findNamed(email, fleet)) named.push(each);
  const theirs = named.filter(({ parts }) => parts.includes("customer"));
  const references = new Set(theirs.map(({ certificate }) => certificate.order.reference));
  const jobs = await findJobs({ email, references }, place);
  const live = jobs.filter(({ isLive }) => isLive);
  const waiting = new Set([...live.flatMap((each) => each.references), ...(await findUntold(place))]);

  const erased: string[] = [];
  const kept: Kept[] = [];
  for (const each of named) {
    const { reference } = each.certificate.order;
    const why = await eraseFrom(each, email, { ...place, now: fleet.clock.now(), waits: waiting.has(reference) });
    if (why === undefined) erased.push(reference);
    else kept.push({ reference, why });
  }

  for (const reference of await findInInbox(email, place)) kept.push({ reference, why: "it waits in the inbox" });

  const keptReferences = new Set(kept.map(({ reference }) => reference));
  const removable = jobs.filter(
    ({ isLive, references: of }) => !isLive && !of.some((each) => keptReferences.has(each)),
  );
  const waitingMails = new Set(live.map(({ job }) => (job.data as { key?: unknown } | null)?.key));
  const isKept = (key: string): boolean =>
    waitingMails.has(key) || [...keptReferences].some((each) => key.startsWith(`${each}:`));
  for (const { job } of removable) await job.remove();
  const asked = { place, isKept, erased: theirs.map(referenceOf).filter((each) => !keptReferences.has(each)) };
  await forgetAsked(email, asked);
  const mails = await forgetMails(email, asked);
  await forgetAnswers(email, asked.erased, place);
  await forgetEvents(email, place);
  await forgetTurns(place);
  const bounce = keptReferences.size === 0 && (await bounceList(place.redis, place.keys).clear(email));

  const json = { email, erased, kept, jobs: removable.length, mails, bounce: Boolean(bounce), elsewhere: ELSEWHERE };
  if (named.length + kept.length + removable.length + mails === 0 && !bounce)
    return failure("not-found", `Nothing here names ${email}.`, { elsewhere: ELSEWHERE });
  const rows = kept.map(({ reference, why }) => [reference, why]);
  const lines = [
    `Erased from ${erased.length} orders; ${removable.length} jobs and ${mails} mails of ${email} are gone, too.`,
    ...(kept.length > 0 ? ["These orders keep the person:", table(["ORDER", "WHY"], rows)] : []),
  ];
  const note = ["Not reached from here:", ...ELSEWHERE.map((each) => `  ${each}`)].join("\n");
  return { ending: "done", text: lines.join("\n"), json, note };
}

function referenceOf({ certificate }: Named): string {
  return certificate.order.reference;
}
