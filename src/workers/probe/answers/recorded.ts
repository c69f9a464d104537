// One question to eNom and what came of it, as it is kept: what the readers are asked to read, now or later.
import { documentedEnom, type EnomSwitches, enomSwitches } from "../../../shared/enom/switches.ts";
import type { HttpAnswer, Posted } from "../../enom/wire/post-once.ts";

export interface Recorded {
  /** As the documentation spells it. */
  command: string;
  /** Without the login. */
  parameters: Readonly<Record<string, string>>;
  /** When the answer was there; ISO 8601, UTC. */
  at: string;
  ms: number;
  /** Undefined where none came. */
  answer?: HttpAnswer | undefined;
  /** Where none came: the failure's name, such as ECONNREFUSED. */
  failure?: string | undefined;
}

/** What the fleet knew when the account was probed; kept with the answers, since the same report is made of them later. */
export interface Surroundings {
  account: string;
  host: string;
  at: string;
  mode: "dedicated" | "shared" | string;
  /** Switches that the account has in certfleet.yaml already. */
  switches: Readonly<Record<string, unknown>>;
  /** Whether a ledger of this fleet knows the account; `unknown`: no Redis was asked. */
  ledger: "unknown" | "none" | "bound" | "bound-elsewhere";
  /** CertIDs that eNom lists and the ledger does not know; only where it is bound. */
  strangers: readonly string[];
}

/** The account's switches as they are read; as documented where a folder's manifest has others. */
export function switchesOf({ switches }: Pick<Surroundings, "switches">): EnomSwitches {
  return enomSwitches.safeParse(switches).data ?? documentedEnom;
}

/** The commands of a probe and of a trial purchase, by their names in lower case. */
const COMMANDS: ReadonlyMap<string, string> = new Map(
  [
    ...["CheckLogin", "GetBalance", "GetCerts", "CertGetCerts", "CertGetCertDetail", "GetOrderList", "GetOrderDetail"],
    ...["GetTransHistory", "CertGetApproverEmail", "PurchaseServices", "CertConfigureCert", "CertPurchaseCert"],
  ].map((name) => [name.toLowerCase(), name]),
);

/** As the documentation spells it; undefined for a command that no probe asks. */
export function findCommand(name: string): string | undefined {
  return COMMANDS.get(name.toLowerCase());
}

export function postedOf({ answer, failure = "unknown failure" }: Recorded): Posted {
  if (answer) return { kind: "answer", answer };
  return { kind: "lost", reason: `no whole answer: ${failure}`, failure };
}

/** What it was about, for people: a CertID, an order, a place in a list. */
export function aboutOf({ CertID, OrderID, StartPosition, Start, Service }: Recorded["parameters"]): string {
  if (CertID !== undefined) return `CertID ${CertID}`;
  if (OrderID !== undefined) return `order ${OrderID}`;
  const start = StartPosition ?? Start;
  if (start !== undefined && start !== "1") return `from row ${start}`;
  return Service ?? "";
}
