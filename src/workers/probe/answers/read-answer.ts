// Has recorded answers read by the readers that the workers use, and keeps what these did not understand.
import { enomClient } from "../../enom/client.ts";
import { type Enom, enomCommands, type Trouble } from "../../enom/commands/commands.ts";
import { decodeXml } from "../../enom/wire/charset.ts";
import { parseDocument, type XmlElement } from "../../enom/wire/document.ts";
import { readAnswer, type Verdict } from "../../enom/wire/envelope.ts";
import type { FieldFault } from "../../enom/wire/not-understood.ts";
import { purchaseOutcome } from "../../enom/wire/purchase-outcome.ts";
import { troubleOf } from "../../enom/wire/trouble.ts";
import { postedOf, type Recorded, type Surroundings, switchesOf } from "./recorded.ts";

export interface ReadAnswer {
  recorded: Recorded;
  /** Undefined where no answer came. */
  verdict: Verdict | undefined;
  /** Why no success came of it. */
  trouble: Trouble | undefined;
  /** What the readers did not understand, each time with the CertID that it is about. */
  faults: readonly (FieldFault & { certId: string | null })[];
  /** What the workers would get; undefined where the reader gave up. */
  value: unknown;
  /** Of an answer that is a whole document, whatever it says. */
  root: XmlElement | undefined;
}

type Parameters = Recorded["parameters"];

const number = (text: string | undefined): number => (/^\d{1,10}$/.test(text ?? "") ? Number(text) : 1);

/** Each as the workers ask it. */
const READERS: Readonly<Record<string, (enom: Enom, parameters: Parameters) => Promise<unknown>>> = {
  CheckLogin: (enom) => enom.checkLogin(),
  GetBalance: (enom) => enom.balance(),
  GetCerts: (enom) => enom.catalogue(),
  CertGetCerts: (enom, { StartPosition, PagingPageSize }) =>
    enom.listCertificates({ start: number(StartPosition), size: number(PagingPageSize) }),
  CertGetCertDetail: (enom, { CertID }) => enom.detail(number(CertID)),
  GetOrderList: (enom, { Start }) => enom.orderPage({ start: number(Start) }),
  GetOrderDetail: (enom, { OrderID }) => enom.order(number(OrderID)),
  GetTransHistory: (enom, { StartPosition }) => enom.transactionPage({ start: number(StartPosition) }),
  CertGetApproverEmail: (enom, { CertID, Domain = "" }) =>
    enom.approverEmails({ certId: number(CertID), domain: Domain }),
  CertPurchaseCert: (enom, { CertID, DVAuthMethod }) =>
    enom.submit({ certId: number(CertID), approver: { method: DVAuthMethod === "File" ? "file" : "dns" } }),
};

/** Nothing is sent to anybody: what is recorded is answered. Never throws. */
export async function readRecorded(
  all: readonly Recorded[],
  given: Surroundings["switches"] = {},
): Promise<ReadAnswer[]> {
  const switches = switchesOf({ switches: given });
  const { errors } = switches;
  let current: Recorded | undefined;
  let faults: ReadAnswer["faults"][number][] = [];
  const nobody = {
    account: "recorded",
    apiUrl: "https://recorded.invalid/interface.asp",
    username: "",
    password: "",
    errors,
  };
  const client = enomClient(nobody, {
    record: () => undefined,
    answerInstead: async () => (current ? postedOf(current) : { kind: "lost", reason: "nothing", failure: "none" }),
    tellNotUnderstood: (told) => {
      faults.push(...told.faults.map((fault) => ({ ...fault, certId: told.certId })));
    },
  });
  const enom = enomCommands(client, switches);
  const read: ReadAnswer[] = [];
  for (const recorded of all) {
    current = recorded;
    faults = [];
    const value = await READERS[recorded.command]?.(enom, recorded.parameters).catch(() => undefined);
    const { answer, command } = recorded;
    const verdict = answer && readAnswer(command, answer, errors);
    const trouble = troubleOf(postedOf(recorded), verdict ?? { kind: "unreadable", reason: "" });
    read.push({
      recorded,
      verdict,
      trouble,
      faults: [...faults, ...outcomeFaults(recorded, verdict)],
      value,
      root: rootOf(recorded),
    });
  }
  await client.close();
  return read;
}

/** A purchase has no reader but its outcome. */
function outcomeFaults({ command }: Recorded, verdict: Verdict | undefined): ReadAnswer["faults"] {
  if (command !== "PurchaseServices" || verdict?.kind !== "success") return [];
  const outcome = purchaseOutcome(verdict, () => "");
  if (outcome.kind === "bought") return [];
  return [{ element: "certid", form: "nothing", problem: "is no usable number", certId: null }];
}

function rootOf({ answer }: Recorded): XmlElement | undefined {
  if (!answer) return undefined;
  try {
    const root = parseDocument(decodeXml(answer.body, answer.contentType));
    return root.name === "interface-response" ? root : undefined;
  } catch {
    return undefined;
  }
}

/** As the answer spells it: the readers see lower case. */
export function spelled({ answer }: Recorded, name: string): string {
  const text = answer ? new TextDecoder("latin1").decode(answer.body) : "";
  const pattern = new RegExp(`<(${name.replace(/[.*+?^${}()|[\]\\-]/g, "\\$&")})[\\s/>]`, "i");
  return pattern.exec(text)?.[1] ?? name;
}
