// What a chain may be made of beside what eNom sends: known roots, known intermediates, and the download of missing ones.
import { readdirSync, readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { Log } from "../../shared/base/log.ts";
import { badSettings } from "../../shared/base/read-settings.ts";
import type { FleetFile } from "../../shared/config/fleet-file.ts";
import type { LiveFleetFile } from "../../shared/config/fleet-file-watch.ts";
import { certificatesIn } from "../../shared/delivery/pem.ts";
import { type Certificate, certificatesFrom } from "../../shared/delivery/x509.ts";
import { downloadIssuers } from "./download.ts";

/** Intermediates of the two CA families that eNom sells, a PEM file each. */
const BUNDLED = new URL("intermediates/", import.meta.url);
/** What was downloaded, or could not be, is not asked for again so soon. */
const KEPT_MS = 6 * 60 * 60_000;
const FAILURE_KEPT_MS = 10 * 60_000;
const MOST_KEPT = 200;

export interface Trust {
  roots: readonly Certificate[];
  intermediates: readonly Certificate[];
  /** Issuers at this address, none where there are none; undefined where nothing is downloaded. */
  download?: ((url: string) => Promise<Certificate[]>) | undefined;
}

let own: Trust | undefined;

/** Node's roots, NODE_EXTRA_CA_CERTS (read by Node when it starts), and the bundled intermediates. */
export function ownTrust(): Trust {
  own ??= { roots: certificatesFrom(getCACertificates("default")), intermediates: bundled() };
  return own;
}

/**
 * With what certfleet.yaml adds.
 * @throws Error that names the place: a file that cannot be read, holds no certificate, or one that is no root
 */
export function trustOf({
  roots,
  intermediates,
  whereIs,
}: Pick<FleetFile, "roots" | "intermediates" | "whereIs">): Trust {
  const added = <F extends "roots" | "intermediates">(field: F, entries: readonly string[]): Certificate[] =>
    entries.flatMap((entry, i) => readEntry(entry, `${whereIs([field, i])}: ${field}.${i}`, field === "roots"));
  const before = ownTrust();
  return {
    roots: [...before.roots, ...added("roots", roots)],
    intermediates: [...before.intermediates, ...added("intermediates", intermediates)],
  };
}

/** By the version of certfleet.yaml in force. @throws Error as `trustOf`, about the first version */
export function liveTrust(live: LiveFleetFile, { mayDownload, log }: { mayDownload: boolean; log: Log }): () => Trust {
  const failed = (url: string, err: unknown): void => log.warn({ event: "issuer.not-downloaded", url, err });
  const download = mayDownload ? rememberedDownload((url) => downloadIssuers(url), failed) : undefined;
  return live.derive((file) => ({ ...trustOf(file), download }));
}

/** Asks for each address once in a while; what failed is told to `onFailure` and answered with none. */
export function rememberedDownload(
  load: (url: string) => Promise<Certificate[]>,
  onFailure: (url: string, error: unknown) => void,
): (url: string) => Promise<Certificate[]> {
  const kept = new Map<string, { until: number; found: Promise<Certificate[]> }>();
  return (url) => {
    const known = kept.get(url);
    if (known && known.until > performance.now()) return known.found;
    const entry = { until: performance.now() + KEPT_MS, found: load(url) };
    entry.found = entry.found.catch((error: unknown) => {
      entry.until = performance.now() + FAILURE_KEPT_MS;
      onFailure(url, error);
      return [];
    });
    kept.delete(url);
    kept.set(url, entry);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    return entry.found;
  };
}

function readEntry(entry: string, where: string, mustBeRoot: boolean): Certificate[] {
  const found = certificatesFrom(certificatesIn(textOf(entry, where)));
  if (found.length === 0) throw badSettings([`${where}: there is no certificate in it (PEM)`]);
  const link = mustBeRoot && found.find(({ isSelfSigned }) => !isSelfSigned);
  if (link) throw badSettings([`${where}: certificate ${link.serialNumber} is no root; put it under intermediates`]);
  return found;
}

function textOf(entry: string, where: string): string {
  if (entry.includes("-----BEGIN ")) return entry;
  try {
    return readFileSync(entry, "utf8");
  } catch {
    throw badSettings([`${where}: the file cannot be read`]);
  }
}

function bundled(): Certificate[] {
  const files = readdirSync(BUNDLED).filter((name) => name.endsWith(".pem"));
  return certificatesFrom(files.flatMap((name) => certificatesIn(readFileSync(new URL(name, BUNDLED), "utf8"))));
}
