// The pages of the console by what they are about, wherever a link to one is written: pages, mails, webhooks, the board.
import type { PublicUrl } from "./public-url.ts";

/** Behind `/v1` it is the address of the API as well. */
export function certificatePath(reference: string): string {
  return `/certificates/${encodeURIComponent(reference)}`;
}

/** Behind `/v1` it is the address of the API as well. */
export function accountPath(id: string): string {
  return `/accounts/${encodeURIComponent(id)}`;
}

/** What it is about, and its page: an order, else an account, else nothing, and the console's first page. */
export function subjectPage({ reference, account }: Readonly<Record<string, unknown>>): {
  about?: string;
  path: string;
} {
  if (typeof reference === "string" && reference !== "") return { about: reference, path: certificatePath(reference) };
  if (typeof account === "string" && account !== "") return { about: account, path: accountPath(account) };
  return { path: "/" };
}

/** The whole address. `values`: those of a mail, or the data of an event. */
export function consoleLink({ origin, base }: PublicUrl, values: Readonly<Record<string, unknown>>): string {
  return `${origin}${base}${subjectPage(values).path}`;
}
