// How the status of a slot moves with time: the CA's steps, the owner's, and the step of an owner who acts now.
import { EMAIL_VALIDATION_ENDS, reusableUntil } from "../../../shared/subscription/limits.ts";
import { playOf } from "./plays.ts";
import type { Owner, Settings } from "./settings.ts";
import type { Issue, Slot } from "./slot.ts";

/**
 * The slot as it stands at `now`: every step that fell due since it was last looked at, each dated when it fell due.
 */
export function asOf(now: Date, slot: Slot, settings: Settings): Slot {
  let current = slot;
  for (;;) {
    const next = nextStep(current, settings);
    if (next === undefined || next.due > now) return current;
    current = next.slot;
  }
}

/** When the slot moves next by itself; undefined while it rests or waits for an owner who is silent. */
export function nextMove(slot: Slot, settings: Settings): Date | undefined {
  return nextStep(slot, settings)?.due;
}

/** The slot after its owner approved at this moment; undefined when nothing waits for the owner. */
export function approvedAt(at: Date, slot: Slot, settings: Settings): Slot | undefined {
  return ownersPart(slot, settings)?.done(slot, at.toISOString());
}

interface Step {
  due: Date;
  slot: Slot;
}

/** Nothing moves any more once the paid term is over. */
function nextStep(slot: Slot, settings: Settings): Step | undefined {
  const next = ownersStep(slot, settings) ?? ownStep(slot, settings);
  return next !== undefined && next.due < new Date(slot.endsAt) ? next : undefined;
}

/** A step that waits for the domain's owner, who may have been silent until lately. */
function ownersStep(slot: Slot, settings: Settings): Step | undefined {
  const { ownerSince } = settings;
  const owner = ownerOf(slot, settings);
  const part = ownersPart(slot, settings);
  if (part === undefined || owner === "silent") return undefined;
  const begin = new Date(Math.max(Date.parse(part.from), ownerSince.getTime()));
  const next = step(slot, begin, part.ms, owner === "approves" ? part.done : refused);
  return isTooLateByEmail(slot, next.due) ? undefined : next;
}

/** An approval mail proves nothing any more. What a reissue is validated by, a person at the CA may choose. */
function isTooLateByEmail({ submission, reissue }: Slot, due: Date): boolean {
  return submission?.method === "Email" && reissue === undefined && due >= EMAIL_VALIDATION_ENDS;
}

/** The owner of a domain that plays trouble does what the name says, whatever is set for all others. */
function ownerOf(slot: Slot, settings: Settings): Owner {
  const play = playOf(slot);
  if (play === "silent") return "silent";
  return play === "refuse" ? "refuses" : settings.owner;
}

/** A step of the CA alone. */
function ownStep(slot: Slot, settings: Settings): Step | undefined {
  const { issueMs } = settings.timings;
  if (slot.statusId === 10) return step(slot, new Date(slot.since), issueMs + extraMs(slot, settings), issued);
  return freeReissue(slot, settings);
}

function extraMs(slot: Slot, { timings }: Settings): number {
  return playOf(slot) === "slow-ca" ? timings.slowMs : 0;
}

/** What the owner is asked for, since when, and how long an owner who approves takes. */
function ownersPart(slot: Slot, settings: Settings): { from: string; ms: number; done: Moved } | undefined {
  const { timings } = settings;
  if (slot.reissue !== undefined) {
    if (freeReissue(slot, settings) !== undefined) return undefined;
    return { from: slot.reissue.at, ms: timings.reissueMs, done: validated(reissued) };
  }
  if (slot.statusId === 2)
    return { from: slot.since, ms: timings.processingMs + extraMs(slot, settings), done: validated(issued) };
  if (slot.statusId === 9) return { from: slot.since, ms: timings.ownerMs, done: validated(approved) };
  return undefined;
}

/**
 * A reissue for which the CA uses the last validation again, as long as the limit of the day of issue allows. (BR
 * 4.2.1)
 */
function freeReissue(slot: Slot, { variants, timings }: Settings): Step | undefined {
  const { reissue, validatedAt } = slot;
  if (!variants.reusesValidation || reissue === undefined || validatedAt === undefined) return undefined;
  const next = step(slot, new Date(reissue.at), timings.issueMs, reissued);
  return next.due <= reusableUntil(new Date(validatedAt)) ? next : undefined;
}

type Moved = (slot: Slot, at: string) => Slot;

function step(slot: Slot, begin: Date, ms: number, moved: Moved): Step {
  const due = new Date(begin.getTime() + ms);
  return { due, slot: moved(slot, due.toISOString()) };
}

/** The same move, after the owner has proved the domain. */
function validated(moved: Moved): Moved {
  return (slot, at) => moved({ ...slot, validatedAt: at }, at);
}

const approved: Moved = (slot, at) => ({ ...slot, statusId: 10, since: at });

const issued: Moved = (slot, at) => ({
  ...slot,
  statusId: 4,
  since: at,
  issues: [...slot.issues, issueOf(slot.configuration?.csr, slot, at)],
});

const reissued: Moved = (slot, at) => ({
  ...slot,
  statusId: 4,
  since: at,
  reissue: undefined,
  issues: [...slot.issues, issueOf(slot.reissue?.csr, slot, at)],
});

function issueOf(csr = "", { validatedAt }: Slot, issuedAt: string): Issue {
  return { csr, issuedAt, validatedAt };
}

/** A refused first issue is lost; a refused reissue leaves the certificate that is there. */
const refused: Moved = (slot, at) => ({
  ...slot,
  statusId: slot.reissue === undefined ? 6 : 4,
  since: at,
  reissue: undefined,
});
