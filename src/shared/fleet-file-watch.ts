// certfleet.yaml as it is now: a changed file is taken over while the process runs, whole or not at all.
import { statSync } from "node:fs";
import { badSettings, readSettings } from "./config.ts";
import { type FleetFile, fleetFileOf, readFleetFile } from "./fleet-file.ts";
import type { Log } from "./log.ts";
import { commonSettings } from "./settings.ts";

/** Looked at by `stat`, which notices what an editor renames, a container swaps by link and a network share brings alike. */
const LOOK_EVERY_MS = 1_000;

export interface LiveFleetFile {
  /** The version in force. */
  readonly file: FleetFile;
  /**
   * Something that is made of the file: of the version in force now, then of each new one before that counts. Where one of the
   * makers throws, the new version is refused and nothing changes, so what is asked in one moment comes from one version.
   */
  derive<T>(make: (file: FleetFile) => T): () => T;
  /** Called after each change. */
  onChange(listener: () => void): void;
  stop(): void;
}

/**
 * Reads the file that the environment names and watches it. One that is gone, or wrong, changes nothing: what is wrong is logged, once.
 * @throws Error as `fleetFileOf`, about the first version
 */
export function watchFleetFile(env: NodeJS.ProcessEnv, log: Log, everyMs = LOOK_EVERY_MS): LiveFleetFile {
  const name = { CERTFLEET_CONFIG: commonSettings.CERTFLEET_CONFIG };
  const path = readSettings(name, env).CERTFLEET_CONFIG ?? "certfleet.yaml";
  const before = stampOf(path);
  let file = fleetFileOf(env);
  const makers: ((next: FleetFile) => () => void)[] = [];
  const listeners: (() => void)[] = [];

  const take = (): void => {
    try {
      const next = readFleetFile(path);
      if (next.accounts.length === 0 && file.accounts.length > 0)
        throw badSettings([
          `${path}: it has no accounts any more; an emptied file is taken for one that is being written`,
        ]);
      const commits = makers.map((make) => make(next));
      file = next;
      for (const commit of commits) commit();
    } catch (error) {
      log.error({ event: "config.refused", file: path, problems: problemsOf(error) });
      return;
    }
    log.info({ event: "config.reloaded", file: path, accounts: file.accounts.map(({ id }) => id) });
    if (file.withoutEffect.length > 0) log.warn({ event: "config.without-effect", places: file.withoutEffect });
    for (const listener of listeners) listener();
  };
  const watch = startLooking(path, before, take, everyMs);

  return {
    get file() {
      return file;
    },
    derive(make) {
      let value = make(file);
      makers.push((next) => {
        const made = make(next);
        return () => {
          value = made;
        };
      });
      return () => value;
    },
    onChange: (listener) => void listeners.push(listener),
    stop: watch.stop,
  };
}

/** A change counts when it has stood for one look: whoever writes in place may be in the middle of it. */
function startLooking(path: string, read: string, take: () => void, everyMs: number): { stop: () => void } {
  let taken = read;
  let last = read;
  const timer = setInterval(() => {
    const stamp = stampOf(path);
    if (stamp !== taken && stamp === last) {
      taken = stamp;
      take();
    }
    last = stamp;
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}

/** Which file stands there, in which state; `touch` makes another one of it. */
function stampOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch {
    return "gone";
  }
}

function problemsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return "problems" in error ? (error.problems as string[]) : [error.message];
}
