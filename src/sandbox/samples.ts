// Sample orders, placed over HTTP as a billing system would: both product families, three ways of validation, one and
// five years.
import "reflect-metadata";
import {
  type Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from "@peculiar/x509";

export interface Sample {
  reference: string;
  product: string;
}

const CONTACT = {
  firstName: "Ada",
  lastName: "Example",
  organization: "Example Ltd",
  jobTitle: "Engineer",
  address1: "Main Street 1",
  city: "Utrecht",
  state: "Utrecht",
  postalCode: "3511AA",
  country: "NL",
  phone: "+31.300000000",
  email: "ada@example.com",
};

export interface SampleOrder extends Sample {
  years: number;
  domain: string;
  approver: { method: "dns" } | { method: "email"; email: string };
  policy?: { mode: "auto"; beforeDays: number };
}

const SAMPLES: readonly (Omit<SampleOrder, "reference"> & { name: string })[] = [
  {
    name: "rapidssl",
    product: "Certificate-RapidSSL-RapidSSL",
    years: 1,
    domain: "shop.example.com",
    approver: { method: "dns" },
  },
  {
    name: "essential",
    product: "Certificate-Comodo-Essential",
    years: 1,
    domain: "www.example.org",
    approver: { method: "email", email: "admin@example.org" },
  },
  {
    name: "five-years",
    product: "Certificate-GeoTrust-QuickSSL-Premium",
    years: 5,
    domain: "portal.example.net",
    approver: { method: "email", email: "hostmaster@example.net" },
  },
];

/** Places the samples of this run. @throws Error with the gateway's own words when one is not taken */
export async function orderSamples(gatewayUrl: string, run: number): Promise<Sample[]> {
  return Promise.all(
    SAMPLES.map(({ name, ...sample }) => placeSample(gatewayUrl, { ...sample, reference: `sample-${run}-${name}` })),
  );
}

/** @throws Error with the gateway's own words when the order is not taken */
export async function placeSample(gatewayUrl: string, sample: SampleOrder): Promise<Sample> {
  const { reference, product } = sample;
  await sendOrder(gatewayUrl, await sampleBody(sample));
  return { reference, product };
}

/** The order as a billing system would send it, and send it again: with one CSR. */
export async function sampleBody({ domain, ...sample }: SampleOrder): Promise<SampleBody> {
  const customer = { email: "client@example.net", name: "Ada Example" };
  return { ...sample, csr: await makeCsr(domain), contacts: { admin: CONTACT }, customer };
}

export type SampleBody = Omit<SampleOrder, "domain"> & Record<"csr" | "contacts" | "customer", unknown>;

/** @throws Error with the gateway's own words when the order is not taken */
export async function sendOrder(gatewayUrl: string, body: SampleBody): Promise<void> {
  const answer = await fetch(`${gatewayUrl}/v1/certificates`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the gateway refused ${body.reference}: ${await answer.text()}`);
}

/** The private key is forgotten with this function: nobody will ever serve these names. */
async function makeCsr(domain: string): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const csr: Pkcs10CertificateRequest = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${domain}, O=Example Ltd, L=Utrecht, ST=Utrecht, C=NL`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: domain }])],
  });
  return csr.toString("pem");
}
