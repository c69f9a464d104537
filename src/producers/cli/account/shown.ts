// `account answers` and `account products`, the part that people see: what eNom said that nobody understood, and what it
// sells.
import { compareCatalogue } from "../../../shared/account/compare-catalogue.ts";
import type { KeptAnswer } from "../../../shared/account/not-understood.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import type { Fleet } from "../fleet.ts";
import { table, timeText } from "../table.ts";

/** The workers' records in Redis, or a gateway that has them. */
export interface KnownAccounts {
  all: () => Promise<{ id: string }[]>;
  answersOf: (account: string) => Promise<{ standing: { message: string; since: string } | null; items: KeptAnswer[] }>;
  productsOf: (account: string) => Promise<{ readAt: string | null; items: ReturnType<typeof compareCatalogue> }>;
}

export function accountsInRedis(accounts: Fleet["accounts"]): KnownAccounts {
  return {
    all: accounts.all,
    answersOf: async (id) => ({ standing: (await accounts.standing(id)) ?? null, items: await accounts.answers(id) }),
    productsOf: async (id) => {
      const offers = await accounts.catalogue(id);
      const readAt = await accounts.catalogueReadAt(id);
      return { readAt, items: offers.length > 0 ? compareCatalogue(offers) : [] };
    },
  };
}

/** The last answers of one account, or of all, newest first. */
export async function answersResult(accounts: KnownAccounts, id: string | undefined): Promise<Result> {
  const wanted = await wantedAccounts(accounts, id);
  if ("ending" in wanted) return wanted;
  const found = await Promise.all(
    wanted.map(async (account) => {
      const { standing, items } = await accounts.answersOf(account);
      return { account, standing, answers: items };
    }),
  );
  const text = found.map(({ account, standing, answers }) => {
    const stands = standing ? [`Nothing is bought since ${timeText(standing.since)}: ${standing.message}`] : [];
    const none = answers.length === 0 ? ["Everything that eNom answered was understood."] : [];
    return [`Account ${account}`, ...stands, ...none, ...answers.map(paragraph)].join("\n\n");
  });
  const rows = found.flatMap(({ account, answers }) => answers.map((each) => ({ account, ...each })));
  const all = listedFields(rows, "account command certId last count trackingKey", "first text");
  return { ending: "done", text: text.join("\n\n"), json: { accounts: found }, listed: all };
}

function paragraph({ command, certId, faults, trackingKey, text, first, last, count }: KeptAnswer): string {
  const about = certId === null ? "" : ` about CertID ${certId}`;
  const times = count === 1 ? "once" : `${count} times since ${timeText(first)}`;
  const tracking = trackingKey === null ? "" : `, tracking key ${trackingKey}`;
  const what = faults.map(({ element, form, problem }) =>
    element === "document" ? `  ${problem}` : `  ${element} ${problem}; its form: ${form}`,
  );
  const head = `${command}${about}, ${timeText(last)}, ${times}${tracking}`;
  return [head, ...what, ...text.split("\n").map((line) => `    ${line}`)].join("\n");
}

/** What eNom sells to one account, or to all, beside the product table; and the lines that would add the rest. */
export async function productsResult(accounts: KnownAccounts, id: string | undefined): Promise<Result> {
  const wanted = await wantedAccounts(accounts, id);
  if ("ending" in wanted) return wanted;
  const found = await Promise.all(
    wanted.map(async (account) => {
      const { readAt, items } = await accounts.productsOf(account);
      return { account, readAt, products: items };
    }),
  );
  const text = found.map(({ account, readAt, products }) => {
    const head = `Account ${account}${readAt === null ? "" : `, catalogue read ${timeText(readAt)}`}`;
    if (products.length === 0)
      return `${head}\n\nIts catalogue was not read yet. Workers read it with the balance: certfleet account balance`;
    const rows = products.map(({ service, name, state, prodType, price, years, note }) => [
      ...[service, name, state, prodType === null ? "–" : `${prodType}`, price ?? "–"],
      ...[years.join(", ") || "–", note ?? ""],
    ]);
    const lines = products.flatMap(({ yaml }) => yaml ?? []);
    const paste = lines.length > 0 ? [`For certfleet.yaml:\n\nproducts:\n${lines.join("\n")}`] : [];
    const shown = table(["SERVICE", "NAME", "STATE", "NUMBER", "PRICE A YEAR", "TERMS", "NOTE"], rows);
    return [head, shown, ...paste].join("\n\n");
  });
  const rows = found.flatMap(({ account, products }) => products.map((each) => ({ account, ...each })));
  const all = listedFields(rows, "account service name state prodType price years note");
  return { ending: "done", text: text.join("\n\n"), json: { accounts: found }, listed: all };
}

async function wantedAccounts(accounts: KnownAccounts, id: string | undefined): Promise<string[] | Result> {
  const known = (await accounts.all()).map((each) => each.id);
  if (id === undefined && known.length > 0) return known;
  if (id !== undefined && known.includes(id)) return [id];
  const which = id === undefined ? "No account is known yet." : `There is no account ${id}.`;
  return failure("not-found", `${which} Workers publish their accounts when they start.`);
}
