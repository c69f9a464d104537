// One CSR, one identity: nothing that it asks for is taken in part and dropped in part (TLS Baseline Requirements 7.1.4).

import { isHostName } from "./host-name.ts";
import { commonNameFault, publicNameFault } from "./public-name.ts";
import type { CertificateRequest } from "./request.ts";

/** Every common name that the CSR has, as written; empty ones, too. */
export function commonNames({ subject }: CertificateRequest): string[] {
  return subject.flatMap(({ CN = [] }) => CN);
}

/** How a name is kept and compared. */
export function keptName(written: string): string {
  return written.trim().toLowerCase();
}

/** All DNS names, the common name first, each once. */
export function dnsNames(request: CertificateRequest): string[] {
  const others = request.alternativeNames.filter(({ kind }) => kind === "DNS name");
  return [...new Set([...commonNames(request).slice(0, 1), ...others.map(({ value }) => value)].map(keptName))];
}

/** What is wrong with what the CSR asks for; each sentence says what to do. */
export function identityFaults(request: CertificateRequest): string[] {
  return [...subjectFaults(request), ...otherKinds(request), ...blankNames(request), ...publicNames(request)];
}

function subjectFaults(request: CertificateRequest): string[] {
  const faults: string[] = [];
  const names = commonNames(request);
  if (names.length > 1)
    faults.push(
      `The CSR has ${names.length} common names (${names.map(shown).join(", ")}); exactly one is possible (BR 7.1.4). Name the others as subject alternative names, if the product covers them.`,
    );
  const mixed = request.subject.find((relative) => Object.values(relative).flat().length > 1);
  if (mixed)
    faults.push(
      `A part of the CSR's subject holds several attributes at once (${Object.keys(mixed).join(" + ")}); each must stand alone (BR 7.1.4). Make the CSR with "/" or "," between them, and not with "+".`,
    );
  return faults;
}

/** These products cover host names only, and a CA drops or refuses what else is asked for. */
function otherKinds({ alternativeNames }: CertificateRequest): string[] {
  return alternativeNames.flatMap(({ kind, value }) => {
    if (kind === "DNS name") return [];
    if (kind === "IP address")
      return [
        `The CSR asks for the address ${value}; these products cover domain names only. Make the CSR without it.`,
      ];
    const article = /^[aeioEX]/.test(kind) ? "an" : "a";
    return [
      `The CSR asks for ${article} ${kind}, ${shown(value)}; these products cover domain names only. Make the CSR without it.`,
    ];
  });
}

/** eNom is sent the CSR as it is, and would read another name than the one that is kept. */
function blankNames(request: CertificateRequest): string[] {
  const dns = request.alternativeNames.filter(({ kind }) => kind === "DNS name").map(({ value }) => value);
  return [...new Set([...commonNames(request), ...dns])]
    .filter((written) => written !== written.trim() && written.trim() !== "")
    .map((written) => `The name ${shown(written)} has blanks around it. Make the CSR anew, without them.`);
}

/** Of names that have the form of one. */
function publicNames(request: CertificateRequest): string[] {
  const [first = ""] = commonNames(request);
  const names = dnsNames(request).filter((name) => isHostName(name));
  const faults = names.map((name) => publicNameFault(name));
  return [...faults, isHostName(keptName(first)) ? commonNameFault(keptName(first)) : undefined].filter(
    (fault) => fault !== undefined,
  );
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
