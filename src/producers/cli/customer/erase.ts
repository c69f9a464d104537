// `customer erase`: takes a person out of everything of which nothing is owed, and says what stays and why.
import { failure, type Result } from "../../../shared/base/result.ts";
import { eraseFrom, findNamed, type Named } from "../../../shared/certificate/personal/erase.ts";
import { bounceList } from "../../../shared/mail/bounces.ts";
import { openQueues } from "../../../shared/queue/queues.ts";
import { withFleet } from "../fleet.ts";
import type { ProgramContext } from "../own-redis.ts";
import { audited } from "../port/audited.ts";
import { table } from "../table.ts";
import { ELSEWHERE, type PersonPlace } from "./export.ts";
import { findInInbox, forgetAnswers } from "./inbox.ts";
import { findJobs } from "./mentions.ts";
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
      return await audited(fleet, { action: "customer.erase", subject: email }, async () =>
        erasedResult(await eraseAt(email, { ...fleet, queues })),
      );
    } finally {
      await queues.close();
    }
  });
}

/** `why` each of the orders that keep the person does. */
export async function eraseAt(email: string, place: Omit<PersonPlace, "policyFor">): Promise<Erased> {
  const named: Named[] = [];
  for await (const each of findNamed(email, place)) named.push(each);
  const theirs = named.filter(({ parts }) => parts.includes("customer"));
  const references = new Set(theirs.map(({ certificate }) => certificate.order.reference));
  const jobs = await findJobs({ email, references }, place);
  const live = jobs.filter(({ isLive }) => isLive);
  const waiting = new Set([...live.flatMap((each) => each.references), ...(await findUntold(place))]);

  const erased: string[] = [];
  const kept: Kept[] = [];
  for (const each of named) {
    const { reference } = each.certificate.order;
    const why = await eraseFrom(each, email, { ...place, now: place.clock.now(), waits: waiting.has(reference) });
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

  const mentions = named.length + kept.length + removable.length + mails + (bounce ? 1 : 0);
  return {
    email,
    erased,
    kept,
    jobs: removable.length,
    mails,
    bounce: Boolean(bounce),
    elsewhere: ELSEWHERE,
    mentions,
  };
}

export interface Erased {
  email: string;
  erased: string[];
  kept: Kept[];
  jobs: number;
  mails: number;
  bounce: boolean;
  elsewhere: string[];
  /** How often the person was found at all. */
  mentions: number;
}

export function erasedResult({ mentions, ...json }: Erased): Result {
  const { email, erased, kept, jobs, mails } = json;
  if (mentions === 0) return failure("not-found", `Nothing here names ${email}.`, { elsewhere: ELSEWHERE });
  const rows = kept.map(({ reference, why }) => [reference, why]);
  const lines = [
    `Erased from ${erased.length} orders; ${jobs} jobs and ${mails} mails of ${email} are gone, too.`,
    ...(kept.length > 0 ? ["These orders keep the person:", table(["ORDER", "WHY"], rows)] : []),
  ];
  const note = ["Not reached from here:", ...ELSEWHERE.map((each) => `  ${each}`)].join("\n");
  return { ending: "done", text: lines.join("\n"), json, note };
}

function referenceOf({ certificate }: Named): string {
  return certificate.order.reference;
}
