// The documents that the fuzzer starts from: all fixtures, and what the pretended eNom answers to every command.
import { readdirSync } from "node:fs";
import { startSandboxEnom } from "../../../../src/sandbox/enom/server.ts";
import { makeCsr } from "../../../support/csr.ts";
import { errorDocument, fixture, SECRETS } from "../support.ts";

export interface Original {
  command: string;
  xml: string;
}

const FIXTURES = new URL("../../../fixtures/enom/", import.meta.url);

export async function originals(): Promise<Original[]> {
  const fixtures = readdirSync(FIXTURES).map((file): Original => {
    const name = file.replace(/\.xml$/, "");
    return { command: name.split(".")[0] ?? "", xml: fixture(name) };
  });
  return [...fixtures, ...(await sandboxAnswers()), ...refusedPurchases()];
}

/** One harmless number, none, a doubtful one, and two. */
function refusedPurchases(): Original[] {
  const errors = [["304155"], ["713254"], ["524181"], ["316274", "304197"], [], ["620397"], ["304197", "519181"]];
  return errors.map((numbers) => {
    const texts = numbers.map((number) => `Words about ${number}`);
    return { command: "PurchaseServices", xml: errorDocument("PurchaseServices", { numbers, texts }) };
  });
}

/** The same in every run: whatever the sandbox makes up by chance is replaced. */
async function sandboxAnswers(): Promise<Original[]> {
  const clock = { now: () => new Date("2025-05-06T16:08:07Z") };
  const sandbox = await startSandboxEnom({ ...SECRETS, clock, balance: "1873.13" });
  const csr = await makeCsr({ cn: "shop.example.com" });
  const answers: Original[] = [];
  const ask = async (command: string, parameters: Record<string, string> = {}): Promise<void> => {
    const login = { UID: SECRETS.username, PW: SECRETS.password, ResponseType: "XML" };
    const body = new URLSearchParams({ Command: command, ...login, CertID: "900101", ...parameters });
    const response = await fetch(sandbox.url, { method: "POST", body });
    answers.push({ command, xml: steady(await response.text()) });
  };
  const contact = ["FName", "LName", "Address1", "City", "State", "PostalCode", "Country", "Phone", "EmailAddress"];
  const contacts = ["Admin", "Tech", "Billing"].flatMap((role) =>
    contact.map((field) => [role + field, "a@example.com"]),
  );
  const service = { Service: "Certificate-RapidSSL-RapidSSL", NumYears: "1" };
  try {
    await ask("PurchaseServices", service);
    await ask("PurchaseServices", { ...service, Service: "Certificate-Nobody-Knows" });
    await ask("CertConfigureCert", { WebServerType: "18", CSR: csr, ...Object.fromEntries(contacts) });
    await ask("CertConfigureCert", { WebServerType: "18", CSR: "none" });
    await ask("CertGetApproverEmail", { Domain: "shop.example.com" });
    await ask("CertPurchaseCert", { ApproverEmail: "admin@shop.example.com" });
    for (const command of ["CertGetCertDetail", "CertGetCerts", "GetOrderList", "GetTransHistory"]) await ask(command);
    await ask("GetOrderDetail", { OrderID: "500000101" });
    await ask("GetOrderDetail", { OrderID: "1" });
    for (const command of ["GetBalance", "CheckLogin", "GetCerts", "CertResendApproverEmail"]) await ask(command);
    await ask("CertChangeApproverEmail", { ApproverEmail: "admin@shop.example.com" });
    await ask("CertModifyOrder");
    await ask("CertReissueCert", { CSR: csr });
    sandbox.settings.loginWorks = false;
    await ask("PurchaseServices", service);
    await ask("GetBalance");
  } finally {
    await sandbox.close();
  }
  return answers;
}

function steady(xml: string): string {
  return xml
    .replace(/(-----BEGIN [A-Z ]+-----)[^-]*/g, "$1\nMIIBexample\n")
    .replace(/<TrackingKey>.*?</, "<TrackingKey>00000001-0000-4000-8000-000000000001<")
    .replace(/<ExecTime>.*?</, "<ExecTime>0.047<");
}
