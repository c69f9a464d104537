// A shop that has sold from an eNom account for years: certificates that were issued, and some of each odd kind.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import type { Slot, StatusId } from "../../../src/sandbox/enom/books/slot.ts";
import type { SandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { DAY_MS, plusYears } from "../../../src/shared/base/dates.ts";
import type { Bend } from "../../support/bending-proxy.ts";

export interface Shop {
  enom: Pick<SandboxEnom, "books" | "settings">;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const FIRST = 700_001;

let keys: Promise<webcrypto.CryptoKeyPair> | undefined;

export async function requestFor(domain: string): Promise<string> {
  keys ??= webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as Promise<webcrypto.CryptoKeyPair>;
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${domain}`,
    keys: await keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: domain }])],
  });
  return request.toString("pem");
}

const person = (role: string, domain: string) => ({
  ...{ [`${role}fname`]: "Ada", [`${role}lname`]: "Example", [`${role}address1`]: "Main Street 1" },
  ...{ [`${role}city`]: "Utrecht", [`${role}state`]: "Utrecht", [`${role}postalcode`]: "3511AA" },
  ...{ [`${role}country`]: "NL", [`${role}phone`]: "+31.300000000", [`${role}emailaddress`]: `owner@${domain}` },
});

export interface Sold {
  domain: string;
  boughtAt: Date;
  statusId?: StatusId;
  years?: number;
  /** Without it status 4 was issued at the purchase. */
  issuedAt?: Date | null;
  prodType?: number;
  service?: string;
}

/** One slot of the account, as if it had been sold long ago. Answers its CertID. */
export async function sell(w: Shop, { domain, boughtAt, statusId = 4, years = 1, ...more }: Sold): Promise<number> {
  const index = w.enom.books.slots().length;
  const csr = await requestFor(domain);
  const at = boughtAt.toISOString();
  const isIssued = statusId === 4 || statusId === 8;
  const issuedAt = more.issuedAt === undefined ? boughtAt : more.issuedAt;
  const slot: Slot = {
    ...{ certId: FIRST + index, orderId: 400_001 + index, orderDetailId: 300_001 + index },
    ...{
      service: more.service ?? "certificate-rapidssl-rapidssl",
      prodType: more.prodType ?? 23,
      years,
      priceCents: 995 * years,
    },
    ...{ orderedAt: at, endsAt: plusYears(boughtAt, years).toISOString(), statusId, since: at },
    ...(statusId !== 1 && {
      configuration: {
        csr,
        domain,
        webServerType: 18,
        contacts: { ...person("admin", domain), ...person("tech", domain) },
      },
      submission: {
        geoTrustOrderId: 14_000_001 + index,
        approverEmail: `admin@${domain}`,
        method: "Email",
        proof: "",
        approverMails: 1,
      },
    }),
    issues: isIssued && issuedAt ? [{ csr, issuedAt: issuedAt.toISOString() }] : [],
  };
  w.enom.books.put(slot);
  return slot.certId;
}

/** Kinds of odd certificates, by what the list or the certificate shows. */
const ODD: readonly (StatusId | "dates" | "hosting" | "product")[] = [
  7,
  8,
  9,
  10,
  "dates",
  "hosting",
  2,
  6,
  "dates",
  "product",
];

/**
 * `count` certificates of ten years, each `nth` of them odd. Answers the CertIDs of the odd ones, and what bends eNom's answers
 * where the sandbox itself cannot be odd.
 */
export async function tenYears(
  w: Shop,
  { count, nth }: { count: number; nth: number },
  now: Date,
): Promise<{ odd: number[]; bend: Bend }> {
  w.enom.settings.owner = "silent";
  w.enom.settings.timings.issueMs = 100 * 365 * DAY_MS;
  const bends = new Map<number, (typeof ODD)[number]>();
  const odd: number[] = [];
  for (let i = 0; i < count; i++) {
    const boughtAt = new Date(now.getTime() - (count - i) * ((10 * 365 * DAY_MS) / count));
    const kind = i % nth === nth - 1 ? ODD[Math.floor(i / nth) % ODD.length] : undefined;
    const statusId = typeof kind === "number" ? kind : 4;
    const certId = await sell(w, { domain: `s${i}.example.com`, boughtAt, statusId });
    if (kind === undefined) continue;
    odd.push(certId);
    bends.set(certId, kind);
  }
  const bendOne = (text: string): string => {
    const kind = bends.get(Number(/<CertID>(\d+)</.exec(text)?.[1]));
    if (kind === "dates") return text.replace(/<OrderDate>[^<]*</, "<OrderDate>the first of May<");
    if (kind === "hosting") return text.replace(/<CertStatusID>4</, "<CertStatusID>13<");
    return kind === "product" ? text.replace(/<ProdType>23</, "<ProdType>9923<") : text;
  };
  const bend: Bend = (xml, command) => {
    if (command === "CertGetCertDetail") return bendOne(xml);
    return command === "CertGetCerts" ? xml.replace(/<Cert>[\s\S]*?<\/Cert>/g, bendOne) : xml;
  };
  return { odd, bend };
}
