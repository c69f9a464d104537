// One difference as the rules of this folder find it, before equal ones are put together.
import type { Difference, Kind } from "../../../shared/probe/report.ts";
import type { ReadAnswer } from "../answers/read-answer.ts";
import { spelled } from "../answers/read-answer.ts";
import { aboutOf, type Surroundings } from "../answers/recorded.ts";
import { type Switch, switchLine } from "../answers/switches.ts";

export interface Found extends Omit<Difference, "switch" | "count"> {
  /** A value for example, where `seen` is a form. */
  sample?: string;
  /** What certfleet.yaml can say about it. */
  wanted: Switch | null;
  count: number;
}

/** What a rule is handed beside the answers. */
export interface About {
  answers: readonly ReadAnswer[];
  around: Surroundings;
}

interface Told {
  kind: Kind;
  element: string;
  seen: string;
  means: string;
  matters?: boolean;
  wanted?: Switch | null;
  example?: string | null;
  count?: number;
  sample?: string;
}

/** Of one answer; the element is written as eNom spells it. */
export function found({ recorded }: ReadAnswer, told: Told): Found {
  const { matters = true, wanted = null, count = 1, example = aboutOf(recorded.parameters) || null } = told;
  const element = spelled(recorded, told.element);
  return { ...told, command: recorded.command, element, matters, wanted, count, example };
}

/** Equal ones once, counted; what matters first, then in the order in which they were met. */
export function together(all: readonly Found[]): (Difference & { wanted: Switch | null })[] {
  const keyOf = ({ command, element, kind, seen, matters }: Found): string =>
    [command, element.toLowerCase(), kind, seen, matters].join("\u0000");
  const groups = [...Map.groupBy(all, keyOf).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const count = group.reduce((sum, each) => sum + each.count, 0);
    const { sample, ...shown } = first;
    const seen = sample === undefined || sample === first.seen ? first.seen : `${first.seen}, such as ${sample}`;
    return [{ ...shown, seen, count, switch: first.wanted && switchLine(first.wanted) }];
  });
  return groups.sort((a, b) => Number(b.matters) - Number(a.matters));
}
