// What eNom shows of certificates, and says otherwise than this fleet expects: statuses, CSR, approvers, DNS records, chain.
import type { CertDetail } from "../../enom/commands/commands.ts";
import { anyTextOf } from "../../enom/commands/fields.ts";
import { descendants, type XmlElement } from "../../enom/wire/document.ts";
import type { ReadAnswer } from "../answers/read-answer.ts";
import { aboutOf, switchesOf } from "../answers/recorded.ts";
import { type About, type Found, found } from "./found.ts";

/** (eNom API, certificate statuses) */
export const STATUSES: Readonly<Record<number, string>> = {
  1: "awaiting configuration",
  2: "processing",
  4: "issued",
  6: "rejected by customer",
  7: "refunded, no certificate issued",
  8: "refunded, certificate issued",
  9: "approval e-mail sent",
  10: "approved by the owner",
  12: "pending installation",
  13: "installed",
};
/** At the CA, and not issued: a CSR must be there. */
const AT_CA = new Set([2, 9, 10]);
const ISSUED = new Set([4, 12, 13]);

export function certificateDifferences(about: About): Found[] {
  return [
    ...unknownStatuses(about),
    ...about.answers.flatMap((read) => detailDifferences(read, about)),
    ...about.answers.flatMap((read) => approverDifferences(read, about)),
  ];
}

function unknownStatuses({ answers, around }: About): Found[] {
  const { statuses } = switchesOf(around);
  const knownHere = new Set(statuses.map(({ id }) => id));
  return answers.flatMap((read) => {
    if (!/^CertGetCert/.test(read.recorded.command) || !read.root) return [];
    const holders = descendants(read.root, (name) => name === "cert" || name === "certgetcertdetail");
    return holders.flatMap((holder) => {
      const id = anyTextOf(holder, "CertStatusID");
      if (!/^\d{1,4}$/.test(id) || STATUSES[Number(id)] || Number(id) === 0) return [];
      const words = anyTextOf(holder, "CertStatus");
      const certId = anyTextOf(holder, "CertID");
      return [
        found(read, {
          ...{ kind: "unknown-status", element: "CertStatusID", seen: `${id}${words && ` (${words})`}` },
          means:
            'An order whose certificate has this status waits, and a person is asked. Ask eNom what it is, and correct "means" where it guesses wrong.',
          matters: !knownHere.has(Number(id)),
          wanted: { kind: "status", id: Number(id), means: "processing" },
          ...(certId && { example: `CertID ${certId}` }),
        }),
      ];
    });
  });
}

function detailDifferences(read: ReadAnswer, { around }: About): Found[] {
  const detail = read.value as CertDetail | undefined;
  if (read.recorded.command !== "CertGetCertDetail" || !detail || !read.root) return [];
  const example = `CertID ${detail.certId}`;
  const isConfigured = AT_CA.has(detail.statusId) || (detail.statusId === 1 && detail.domain !== "");
  const csr: Found[] =
    isConfigured && detail.csr === ""
      ? [
          found(read, {
            ...{ kind: "csr-not-shown", element: "CSR", seen: `empty, status ${detail.statusId}`, example },
            matters: around.switches.proof !== "domain",
            means:
              "By the CSR the fleet knows that a slot carries its own configuration. Without it every order would wait for a person: have it told by domain and order number.",
            wanted: { kind: "proof", value: "domain" },
          }),
        ]
      : [];
  const chain: Found[] =
    ISSUED.has(detail.statusId) && detail.certificatePem !== null && detail.intermediatesPem.length === 0
      ? [
          found(read, {
            ...{ kind: "chain-not-sent", element: "CACerts", seen: "empty", example, matters: false },
            means: "The fleet completes the chain itself, from the intermediates that it brings.",
          }),
        ]
      : [];
  return [...csr, ...recordDifferences(read, { detail, around }), ...chain];
}

/** A host of a certificate authority: such a value belongs into a CNAME. */
const HOST = /^(?=[^ ]{4,253}$)([\w-]{1,63}\.)+[a-z]{2,}\.?$/i;

function recordDifferences(
  read: ReadAnswer,
  { detail, around }: { detail: CertDetail; around: About["around"] },
): Found[] {
  if (!detail.dns || !read.root) return [];
  const [holder] = descendants(read.root, (name) => name === "certgetcertdetail");
  const said = holder ? anyTextOf(holder as XmlElement, "DNSAuthType") : "";
  if (said !== "" || !HOST.test(detail.dns.value)) return [];
  return [
    found(read, {
      ...{ kind: "dns-record-type", element: "DNSAuthAddress", seen: "a host name, and no DNSAuthType" },
      example: aboutOf(read.recorded.parameters),
      matters: around.switches.dnsRecordType !== "CNAME",
      means: "Without a type the fleet tells the owner to publish a TXT record; a host name belongs into a CNAME.",
      wanted: { kind: "dnsRecordType", value: "CNAME" },
    }),
  ];
}

function approverDifferences(read: ReadAnswer, { around }: About): Found[] {
  if (read.recorded.command !== "CertGetApproverEmail" || !Array.isArray(read.value) || read.value.length > 0)
    return [];
  return [
    found(read, {
      ...{ kind: "approvers-not-offered", element: "ApproverEmail", seen: "no address at all" },
      matters: around.switches.approverList !== "trust",
      means:
        "The five addresses that every domain has are valid whatever eNom offers: trust them, and eNom decides when the order is handed to the CA.",
      wanted: { kind: "approverList", value: "trust" },
    }),
  ];
}
