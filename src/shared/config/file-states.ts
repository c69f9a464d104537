// Files that are followed: whether one of them has become another, by name, by link or by content.
import { statSync } from "node:fs";

export interface FileStates {
  /** These from now on. Those that were followed before count as they were then. */
  follow(paths: readonly string[]): void;
  /**
   * Which of them were changed, came or went; to be asked again and again, each change is answered once. A change
   * counts when all have stood since the question before: whoever writes in place may be in the middle of it.
   */
  changed(): string[];
}

/** `stat` notices what an editor renames, a container swaps by link and a network share brings alike. */
export function fileStates(paths: readonly string[]): FileStates {
  let known = statesOf(paths);
  let last = textOf(known);
  return {
    follow(paths) {
      known = statesOf(paths, known);
      last = textOf(known);
    },
    changed() {
      const now = statesOf([...known.keys()]);
      const hasStood = textOf(now) === last;
      last = textOf(now);
      if (!hasStood) return [];
      const others = [...now.keys()].filter((path) => now.get(path) !== known.get(path));
      known = now;
      return others;
    },
  };
}

type States = ReadonlyMap<string, string>;

function statesOf(paths: readonly string[], known: States = new Map()): States {
  return new Map(paths.map((path) => [path, known.get(path) ?? stateOf(path)]));
}

function textOf(states: States): string {
  return JSON.stringify([...states]);
}

/** Which file stands there, in which state; `touch` makes another one of it. */
function stateOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch {
    return "gone";
  }
}
