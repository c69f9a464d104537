// How many may wait at a gateway at once: each holds a connection, and a caller who takes them all would shut out the others.
import { actorId } from "../../../../shared/authority/actor.ts";
import type { Caller } from "../../caller/caller.ts";
import { problem } from "../../problems.ts";

const MOST_OF_ONE = 20;
const MOST_OF_ALL = 300;
const AGAIN_SECONDS = 5;

export interface Seats {
  /** Answers how it is given back. @throws the problem `too-many-requests` */
  take(caller: Pick<Caller, "actor">): () => void;
}

export function waitingSeats({ ofOne = MOST_OF_ONE, ofAll = MOST_OF_ALL } = {}): Seats {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take({ actor }) {
      const who = actorId(actor);
      const own = taken.get(who) ?? 0;
      if (own >= ofOne || all >= ofAll) {
        const detail =
          own >= ofOne
            ? `${ofOne} requests of yours wait for events already. End one of them, or leave out wait.`
            : "Too many requests wait for events at this gateway. Ask again, or leave out wait.";
        throw problem("too-many-requests", detail, { headers: { "retry-after": `${AGAIN_SECONDS}` } });
      }
      taken.set(who, own + 1);
      all++;
      let isBack = false;
      return () => {
        if (isBack) return;
        isBack = true;
        all--;
        const left = (taken.get(who) ?? 1) - 1;
        if (left === 0) taken.delete(who);
        else taken.set(who, left);
      };
    },
  };
}
