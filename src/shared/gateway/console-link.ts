// Mails to the operator mailbox lead to the console: to the order or the account that they tell of, else to its first page.
import type { PublicUrl } from "./public-url.ts";

const WORDS: Readonly<Record<string, string>> = {
  en: "In the console:",
  es: "En la consola:",
  ru: "В консоли:",
};

/** The whole address. `values`: those of the mail. */
export function consoleLink({ origin, base }: PublicUrl, values: Readonly<Record<string, unknown>>): string {
  const { reference, account } = values;
  const path =
    typeof reference === "string" && reference !== ""
      ? `/certificates/${encodeURIComponent(reference)}`
      : typeof account === "string" && account !== ""
        ? `/accounts/${encodeURIComponent(account)}`
        : "/";
  return `${origin}${base}${path}`;
}

/** One line more: before the signature, where there is one (RFC 3676, 4.3). */
export function withConsoleLink(text: string, link: string, language: string): string {
  const line = `${wordsOf(language)}\n\n    ${link}`;
  const signature = text.lastIndexOf("\n-- \n");
  return signature < 0
    ? `${text.trimEnd()}\n\n${line}\n`
    : `${text.slice(0, signature).trimEnd()}\n\n${line}\n${text.slice(signature)}`;
}

/** The same for its HTML. The link is percent-encoded: it holds nothing that HTML would read. */
export function withHtmlConsoleLink(html: string, link: string, language: string): string {
  const block = `<p style="max-width:600px;margin:0 auto;padding:0 16px 24px;font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:14px;line-height:1.5;color:#5b6672;">${wordsOf(language)} <a href="${link}" style="color:#0f766e;">${link}</a></p>\n`;
  const end = html.lastIndexOf("</body>");
  return end < 0 ? `${html}${block}` : `${html.slice(0, end)}${block}${html.slice(end)}`;
}

function wordsOf(language: string): string {
  return WORDS[language.split("-")[0] ?? ""] ?? "In the console:";
}
