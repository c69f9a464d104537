// What eNom tells about the account: balance, login, catalogue. Nothing here changes anything.
import { Unavailable } from "../../../shared/base/errors.ts";
import type { EnomClient } from "../client.ts";
import { childrenNamed, descendants, type XmlElement } from "../wire/document.ts";
import type { Trouble } from "../wire/trouble.ts";
import { amountOf, isYes, numberOf, textOf, understand } from "./fields.ts";

export interface CatalogueEntry {
  /** The `Service` of a purchase, lower case. */
  service: string;
  prodType: number;
  description: string;
  enabled: boolean;
  /** The terms that are sold, in years. */
  years: number[];
  /** What the reseller pays a year, canonical decimal, US dollars. */
  price: string;
  retailPrice: string;
}

export interface AccountCommands {
  /**
   * Canonical decimals in US dollars. `available` decides what can be bought; `balance` follows when orders complete.
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
export function accountCommands(client: EnomClient): AccountCommands {
  return {
    async balance() {
      return understand(await client.ask("GetBalance"), Unavailable, (root) => ({
        available: amountOf(root, "AvailableBalance"),
        balance: amountOf(root, "Balance"),
      }));
    },
    checkLogin: () => client.examine("CheckLogin"),
    async catalogue() {
      const { root } = await client.ask("GetCerts");
      return descendants(root, (name) => /^cert\d+$/.test(name)).flatMap(entryOf);
    },
  };
}

function entryOf(entry: XmlElement): CatalogueEntry[] {
  try {
    const service = textOf(entry, "ProdCode").toLowerCase();
    const years = childrenNamed(entry, "Years").map(({ text }) => Number(text));
    const found = {
      service,
      prodType: numberOf(entry, "ProdType"),
      description: textOf(entry, "ProdDesc"),
      enabled: isYes(entry, "Enabled"),
      years: years.filter((count) => Number.isInteger(count) && count > 0),
      price: amountOf(entry, "ResellerPrice"),
      retailPrice: amountOf(entry, "RetailPrice"),
    };
    return service === "" ? [] : [found];
  } catch {
    return [];
  }
}
