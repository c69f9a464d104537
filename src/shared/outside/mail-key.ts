// Keys of mails that others ask for: each caller has a name space of its own, so that no mail of theirs can take the place of
// one of ours, or of another caller's.
import { type Actor, actorId } from "../authority/actor.ts";

/** No order is called so that its own mails begin with this: they go on with what the mail is (`certificate-ordered`). */
const OUTSIDE = /^(outside:(?:key|person|system|queue|fleet):[^:]*):/;

/** `outside:key:shop:THEIR-KEY`. */
export function outsideKey(by: Actor, key: string): string {
  const id = encodeURIComponent(by.id.toWellFormed()).slice(0, 150);
  return `outside:${actorId({ ...by, id })}:${key}`;
}

/** Whether somebody else asked for the mail: Certfleet's own leave before it. */
export function isOutside(key: string): boolean {
  return OUTSIDE.test(key);
}

/** Who asked for a mail that is not ours, as `outside:key:shop`; undefined for our own. */
export function askerOf(key: string): string | undefined {
  return OUTSIDE.exec(key)?.[1];
}

/** As whoever asked for the mail knows its key. */
export function shownKey(key: string): string {
  return key.replace(OUTSIDE, "");
}
