// Every command that the pretended eNom speaks, and the door that each call passes first.

import type { Backend, Reply } from "../wire/answer.ts";
import { addressNotPermitted, badLogin, refusal, unknownCert } from "../wire/refusals.ts";
import type { Question } from "../wire/request.ts";
import { checkLogin, getBalance } from "./account.ts";
import { configureCert, getApproverEmail, parseCsr } from "./configuring.ts";
import { getOrderDetail, getOrderList, getTransHistory } from "./history.ts";
import { listCerts } from "./listing.ts";
import type { Office, Run, SlotRun } from "./office.ts";
import { getCertDetail } from "./reading.ts";
import { reissueCert } from "./reissuing.ts";
import { getCerts, getProductPrice, purchaseServices } from "./shopping.ts";
import { changeApproverEmail, modifyOrder, purchaseCert, resendApproverEmail } from "./submitting.ts";

/** Which of eNom's two programs answers, and how. Names in lower case. */
const COMMANDS = new Map<string, { backend: Backend; run: Run }>([
  ["purchaseservices", { backend: "API", run: purchaseServices }],
  ["certconfigurecert", { backend: "API", run: aboutSlot(configureCert) }],
  ["certgetapproveremail", { backend: "API", run: aboutSlot(getApproverEmail) }],
  ["certpurchasecert", { backend: "API", run: aboutSlot(purchaseCert) }],
  ["pe_getproductprice", { backend: "API", run: getProductPrice }],
  ["getbalance", { backend: "API", run: getBalance }],
  ["checklogin", { backend: "API", run: checkLogin }],
  ["gettranshistory", { backend: "API", run: getTransHistory }],
  ["certparsecsr", { backend: "API.NET", run: aboutSlot(parseCsr) }],
  ["certgetcertdetail", { backend: "API.NET", run: aboutSlot(getCertDetail) }],
  ["certgetcerts", { backend: "API.NET", run: listCerts }],
  ["certchangeapproveremail", { backend: "API.NET", run: aboutSlot(changeApproverEmail) }],
  ["certresendapproveremail", { backend: "API.NET", run: aboutSlot(resendApproverEmail) }],
  ["certmodifyorder", { backend: "API.NET", run: aboutSlot(modifyOrder) }],
  ["certreissuecert", { backend: "API.NET", run: aboutSlot(reissueCert) }],
  ["getcerts", { backend: "API.NET", run: getCerts }],
  ["getorderlist", { backend: "API.NET", run: getOrderList }],
  ["getorderdetail", { backend: "API.NET", run: getOrderDetail }],
]);

export function backendOf(command: string): Backend {
  return COMMANDS.get(command.toLowerCase())?.backend ?? "API";
}

/** Checks who asks and from where, then does what is asked. `address` is the caller's, as eNom would name it. */
export async function perform({ command, parameters }: Question, address: string, office: Office): Promise<Reply> {
  const { settings } = office;
  const known = parameters.uid === settings.username && parameters.pw === settings.password;
  if (!known || !settings.loginWorks) return badLogin();
  if (!settings.allowedAddress) return addressNotPermitted(address);
  const entry = COMMANDS.get(command.toLowerCase());
  return entry === undefined ? refusal("304150", "Command not found") : entry.run(parameters, office);
}

/** Every command about a certificate wants one of this account first. */
function aboutSlot(run: SlotRun): Run {
  return (parameters, office) => {
    const { certid = "" } = parameters;
    if (certid === "") return refusal("301397", "CertID is required");
    const slot = office.books.findSlot(Number(certid));
    return slot === undefined ? unknownCert(office.settings) : run(slot, parameters, office);
  };
}
