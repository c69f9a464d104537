// What eNom tells about the account: balance, login, catalogue. Nothing here changes anything.
import { Unavailable } from "../../../shared/base/errors.ts";
import type { EnomSwitches } from "../../../shared/enom/switches.ts";
import type { EnomClient } from "../client.ts";
import { childrenNamed, descendants, type XmlElement } from "../wire/document.ts";
import type { Report } from "../wire/envelope.ts";
import type { FieldFault } from "../wire/not-understood.ts";
import type { Trouble } from "../wire/trouble.ts";
import { amountOf, anyTextOf, isYes, numberOf, textOf, understand, unless } from "./fields.ts";

export interface CatalogueEntry {
  /** The `Service` of a purchase, lower case. */
  service: string;
  /** 0 where eNom shows none that can be read. */
  prodType: number;
  description: string;
  enabled: boolean;
  /** The terms that are sold, in years. */
  years: number[];
  /** What the reseller pays a year, canonical decimal, US dollars. */
  price: string;
  retailPrice: string | null;
}

export interface AccountCommands {
  /**
   * Canonical decimals in US dollars. `available` decides what can be bought; `balance` is shown, follows when orders
   * complete, and is taken for the same where it cannot be read.
   */
  balance(): Promise<{ available: string; balance: string }>;
  /** Proves connection, login and address without touching money. Nothing when all is well; never throws. */
  checkLogin(): Promise<Trouble | undefined>;
  /**
   * What this reseller may buy, at which price. An entry that cannot be read is left out: it must not stop the others.
   */
  catalogue(): Promise<CatalogueEntry[]>;
}

/** (eNom API, GetBalance, CheckLogin, GetCerts) The others throw Unavailable or Refused, as `ask` does. */
export function accountCommands(client: EnomClient, switches: Pick<EnomSwitches, "balance">): AccountCommands {
  return {
    async balance() {
      return understand(await client.ask("GetBalance"), Unavailable, (root) => {
        if (switches.balance === "total" && textOf(root, "AvailableBalance") === "") {
          const total = amountOf(root, "Balance");
          return { available: total, balance: total };
        }
        const available = amountOf(root, "AvailableBalance");
        return { available, balance: unless([], () => amountOf(root, "Balance")) ?? available };
      });
    },
    checkLogin: () => client.examine("CheckLogin"),
    async catalogue() {
      const { root, report } = await client.ask("GetCerts");
      return descendants(root, (name) => /^cert\d+$/.test(name)).flatMap((entry) => entryOf(entry, report));
    },
  };
}

/** The code and the price are needed; what nobody buys by may be missing. */
function entryOf(entry: XmlElement, report: Report | undefined): CatalogueEntry[] {
  const faults: FieldFault[] = [];
  const service = unless(faults, () => textOf(entry, "ProdCode").toLowerCase());
  const price = unless(faults, () => amountOf(entry, "ResellerPrice"));
  if (faults.length > 0) report?.({ faults, element: entry });
  if (!service || price === null) return [];
  const years = childrenNamed(entry, "Years").map(({ text }) => Number(text));
  return [
    {
      service,
      prodType: unless([], () => numberOf(entry, "ProdType")) ?? 0,
      description: anyTextOf(entry, "ProdDesc"),
      enabled: isYes(entry, "Enabled"),
      years: years.filter((count) => Number.isInteger(count) && count > 0),
      price,
      retailPrice: unless([], () => amountOf(entry, "RetailPrice")),
    },
  ];
}
