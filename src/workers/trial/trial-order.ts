// The order of a trial purchase, as any other order is written: a reference of its own, a key that nobody keeps, a contact.
import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { createHash } from "node:crypto";
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { findProduct } from "../../shared/certificate/products.ts";
import { possibleApprovers } from "../../shared/intake/approvers.ts";
import type { IntakeRules } from "../../shared/intake/rules.ts";
import type { TrialAsked } from "../../shared/probe/report.ts";

/** The same words have the same reference: said again after a crash they go on with the same order and buy nothing more. */
export function trialReference(account: string, { service, domain, years, reference }: TrialAsked): string {
  if (reference !== undefined) return reference;
  const digest = createHash("sha256")
    .update(JSON.stringify([account, service.toLowerCase(), domain, years]))
    .digest("hex");
  const name = domain
    .replace(/^\*\./, "wildcard.")
    .replace(/[^A-Za-z0-9.-]/g, "-")
    .slice(0, 32);
  return `probe-${name}-${digest.slice(0, 10)}`;
}

/** The body of `POST /v1/certificates`. It is checked as every order is. */
export async function trialOrder(
  asked: TrialAsked,
  about: { account: string; department: string | undefined; rules: Pick<IntakeRules, "approvers"> },
): Promise<Record<string, unknown>> {
  const { service, domain, years, csr, contact } = asked;
  const { account, department, rules } = about;
  const bare = domain.replace(/^\*\./, "");
  const email = department ?? `hostmaster@${bare}`;
  return {
    reference: trialReference(account, asked),
    ...{ product: service, years, account },
    csr: csr ?? (await forgottenKeyCsr(domain)),
    approver: approverOf(asked, rules),
    contacts: { admin: contact ?? { ...NOBODY, email } },
    customer: { email },
    policy: { mode: "none", beforeDays: 10 },
  };
}

const NOBODY = {
  ...{ firstName: "Certificate", lastName: "Operations", jobTitle: "Operator", address1: "1 Trial Street" },
  ...{ city: "Kirkland", state: "WA", postalCode: "98033", country: "US", phone: "+1.4252744500" },
};

function approverOf({ service, domain, approver }: TrialAsked, rules: Pick<IntakeRules, "approvers">): unknown {
  if (approver === "dns" || approver === "file") return { method: approver };
  if (approver !== undefined) return { method: "email", email: approver };
  if (findProduct(service)?.methods.includes("dns")) return { method: "dns" };
  const possible = possibleApprovers(domain, rules);
  const { email = `admin@${domain.replace(/^\*\./, "")}` } = possible.find(({ sure }) => sure) ?? possible[0] ?? {};
  return { method: "email", email };
}

/** Nobody will ever serve with it: the certificate is there to be seen, and refunded. */
async function forgottenKeyCsr(domain: string): Promise<string> {
  const algorithm = {
    ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048 },
    publicExponent: Uint8Array.of(1, 0, 1),
  };
  const keys = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${domain}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: domain }])],
  });
  return request.toString("pem");
}
