// What the stories about the pretended eNom share: a sandbox of one's own, a caller, a clock, and CSRs.
import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { webcrypto } from "node:crypto";
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { XMLParser } from "fast-xml-parser";
import { onTestFinished } from "vitest";
import { type SandboxEnom, type SandboxEnomOptions, startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { testCa } from "../../support/test-ca.ts";

export const CREDENTIALS = { UID: "sandbox", PW: "sandbox-password" };

/** A sandbox that closes with the test. */
export async function sandbox(options: SandboxEnomOptions = {}): Promise<SandboxEnom> {
  const ca = options.dataDir === undefined ? { ca: await testCa() } : {};
  const enom = await startSandboxEnom({ ...ca, ...options });
  onTestFinished(() => enom.close());
  return enom;
}

/** A clock that stands until it is told to move. */
export function standingClock(start: string) {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance: (ms: number) => {
      time += ms;
    },
    set: (instant: string) => {
      time = Date.parse(instant);
    },
  };
}

/** Random numbers from 0 up to but not including 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One element of an answer: a text, or elements by name; a name that occurs several times holds an array. */
export type Node = string | { [name: string]: Node } | Node[];

/** Posts a command, as a well-behaved caller does, and answers the raw text. */
export async function post(
  enom: SandboxEnom,
  command: string,
  parameters: Record<string, string | number> = {},
): Promise<Response> {
  const form = { ...CREDENTIALS, Command: command, ResponseType: "XML", ...parameters };
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) body.set(name, String(value));
  return fetch(enom.url, { method: "POST", body });
}

/** Posts a command and reads what stands inside <interface-response>. */
export async function ask(
  enom: SandboxEnom,
  command: string,
  parameters: Record<string, string | number> = {},
): Promise<Node> {
  const answer = await post(enom, command, parameters);
  return at(new XMLParser({ parseTagValue: false }).parse(await answer.text()) as Node, "interface-response");
}

/** The node at a path such as `CertGetCertDetail.CertStatusID`; the empty string where nothing stands. */
export function at(node: Node, path: string): Node {
  return path.split(".").reduce<Node>((here, name) => {
    if (typeof here === "string") return "";
    return (Array.isArray(here) ? here[Number(name)] : here[name]) ?? "";
  }, node);
}

/** All nodes of one name below a path, however many there are. */
export function all(node: Node, path: string): Node[] {
  const found = at(node, path);
  if (Array.isArray(found)) return found;
  return found === "" ? [] : [found];
}

/** The first code and all texts of a refusal; undefined when nothing was refused. */
export function refused(answer: Node): { code: Node; texts: Node[] } | undefined {
  if (at(answer, "ErrCount") === "0") return undefined;
  const first = all(answer, "responses.response")[0] ?? "";
  return { code: at(first, "ResponseNumber"), texts: Object.values(at(answer, "errors")) };
}

/** A P-256 CSR. */
export async function csrFor(domain: string, names: string[] = []): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const alternatives = names.map((value) => ({ type: "dns" as const, value }));
  const extensions = names.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives)];
  const name = `CN=${domain}, O=Example Ltd, L=Utrecht, ST=Utrecht, C=NL`;
  const request = await Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions,
  });
  return request.toString("pem");
}

const CONTACT = {
  FName: "Ada",
  LName: "Example",
  OrgName: "Example Ltd",
  JobTitle: "Engineer",
  Address1: "Main Street 1",
  City: "Utrecht",
  State: "Utrecht",
  StateProvinceChoice: "S",
  PostalCode: "3511AA",
  Country: "NL",
  Phone: "+31.300000000",
  EmailAddress: "ada@example.com",
};

/** The three contacts as CertConfigureCert wants them. */
export function contacts(): Record<string, string> {
  const fields = Object.entries(CONTACT);
  return Object.fromEntries(
    ["Admin", "Tech", "Billing"].flatMap((role) => fields.map(([field, value]) => [`${role}${field}`, value])),
  );
}

/** What Comodo wants to know of the organisation. */
export const ORGANIZATION = {
  CSROrganization: "Example Ltd",
  CSRAddress1: "Main Street 1",
  CSRLocality: "Utrecht",
  CSRStateProvince: "Utrecht",
  CSRPostalCode: "3511AA",
  CSRCountry: "NL",
};

export const RAPID = "Certificate-RapidSSL-RapidSSL";
export const COMODO = "Certificate-Comodo-Essential";

export async function bought(enom: SandboxEnom, service = RAPID, years = 1): Promise<number> {
  return Number(at(await ask(enom, "PurchaseServices", { Service: service, NumYears: years }), "certid"));
}

/** A slot with its configuration; answers what CertConfigureCert said as well. */
export async function configured(enom: SandboxEnom, domain = "shop.example.com", service = RAPID, years = 1) {
  const certId = await bought(enom, service, years);
  const csr = await csrFor(domain);
  const WebServerType = service.includes("Comodo") ? 1000 : 18;
  const answer = await ask(enom, "CertConfigureCert", { CertID: certId, WebServerType, CSR: csr, ...contacts() });
  return { certId, csr, answer };
}

/** A slot that the CA has. */
export async function submitted(enom: SandboxEnom, domain = "shop.example.com", service = RAPID, years = 1) {
  const { certId, csr } = await configured(enom, domain, service, years);
  const answer = await ask(enom, "CertPurchaseCert", {
    CertID: certId,
    ApproverEmail: `admin@${domain.split(".").slice(-2).join(".")}`,
    ...(service.includes("Comodo") ? ORGANIZATION : {}),
  });
  return { certId, csr, answer };
}

export async function detail(enom: SandboxEnom, certId: number): Promise<Node> {
  return at(await ask(enom, "CertGetCertDetail", { CertID: certId }), "CertGetCertDetail");
}

export async function statusOf(enom: SandboxEnom, certId: number): Promise<Node> {
  return at(await detail(enom, certId), "CertStatusID");
}

export async function certificateOf(enom: SandboxEnom, certId: number): Promise<string> {
  return String(at(await detail(enom, certId), "SSLCertificate")).trim();
}
