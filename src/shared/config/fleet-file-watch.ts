// certfleet.yaml as it is now, with the secrets behind it: a change is taken over while the process runs, whole or not
// at all.
import { existsSync } from "node:fs";
import type { Log } from "../base/log.ts";
import { badSettings } from "../base/read-settings.ts";
import { useProducts } from "../certificate/products.ts";
import { configuredProducts } from "./added-products.ts";
import { fileStates } from "./file-states.ts";
import { type FleetFile, filesBehind, fleetFileOf, fleetFilePath, readFleetFile } from "./fleet-file.ts";

const LOOK_EVERY_MS = 1_000;

export interface LiveFleetFile {
  /** The version in force. */
  readonly file: FleetFile;
  /**
   * Something that is made of the file: of the version in force now, then of each new one before that counts, and anew
   * when a file behind it changed. Where one of the makers throws, the new version is refused and nothing changes, so
   * what is asked in one moment comes from one version.
   */
  derive<T>(make: (file: FleetFile) => T): () => T;
  /** Called after each change, of the files behind the version in force, too. */
  onChange(listener: () => void): void;
  stop(): void;
}

/**
 * Reads the file that the environment names and watches it, and with it the files behind it (`filesBehind`): those of
 * the version in force, and those of one that was refused, which is tried again when they change. One that is gone, or
 * wrong, changes nothing: what is wrong is logged, each problem once.
 * @throws Error as `fleetFileOf`, about the first version
 */
export function watchFleetFile(env: NodeJS.ProcessEnv, log: Log, everyMs = LOOK_EVERY_MS): LiveFleetFile {
  const path = fleetFilePath(env);
  const files = fileStates([path]); // before it is read: what changes meanwhile is a change
  let file = fleetFileOf(env);
  files.follow([path, ...filesBehind(file, env)]);
  let wasThere = existsSync(path);
  let refused = "";
  const makers: ((next: FleetFile) => () => void)[] = [];
  const listeners: (() => void)[] = [];

  const readNext = (): FleetFile => {
    wasThere ||= existsSync(path);
    const next = wasThere ? readFleetFile(path) : fleetFileOf(env);
    files.follow([path, ...filesBehind(file, env), ...filesBehind(next, env)]);
    if (next.accounts.length === 0 && file.accounts.length > 0)
      throw badSettings([
        `${path}: it has no accounts any more; an emptied file is taken for one that is being written`,
      ]);
    return next;
  };
  const adopt = (next: FleetFile): void => {
    const commits = makers.map((make) => make(next));
    file = next;
    useProducts(configuredProducts(next.products));
    for (const commit of commits) commit();
  };
  const tell = (more: { stillRefused?: true } = {}): void => {
    log.info({ event: "config.reloaded", file: path, accounts: file.accounts.map(({ id }) => id), ...more });
    if (file.withoutEffect.length > 0) log.warn({ event: "config.without-effect", places: file.withoutEffect });
    for (const listener of listeners) listener();
  };
  const refuse = (error: unknown, changed: readonly string[]): void => {
    const problems = problemsOf(error);
    if (problems.join() !== refused) log.error({ event: "config.refused", file: path, problems });
    refused = problems.join();
    try {
      adopt(file); // a secret of what stays in force may be the one that changed
    } catch {
      return; // it goes on with those that it has
    }
    if (filesBehind(file, env).some((each) => changed.includes(each))) tell({ stillRefused: true });
  };
  const take = (changed: readonly string[]): void => {
    try {
      adopt(readNext());
    } catch (error) {
      refuse(error, changed);
      return;
    }
    refused = "";
    tell();
  };
  const timer = setInterval(() => {
    const changed = files.changed();
    if (changed.length > 0) take(changed);
  }, everyMs);

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
    stop: () => clearInterval(timer),
  };
}

function problemsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return "problems" in error ? (error.problems as string[]) : [error.message];
}
