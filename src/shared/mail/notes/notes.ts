// What is added to a mail that was written already: one note more, in its text before the signature, in its HTML at the end.

const CONSOLE: Readonly<Record<string, string>> = {
  en: "In the console:",
  es: "En la consola:",
  ru: "В консоли:",
};

/** Before the signature, where there is one (RFC 3676, 4.3). */
export function withNote(text: string, note: string): string {
  const signature = text.lastIndexOf("\n-- \n");
  return signature < 0
    ? `${text.trimEnd()}\n\n${note}\n`
    : `${text.slice(0, signature).trimEnd()}\n\n${note}\n${text.slice(signature)}`;
}

/** `note` is HTML of ours. */
export function withHtmlNote(html: string, note: string): string {
  const block = `<p style="max-width:600px;margin:0 auto;padding:0 16px 24px;font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:13px;line-height:1.5;color:#5b6672;">${note}</p>\n`;
  const end = html.lastIndexOf("</body>");
  return end < 0 ? `${html}${block}` : `${html.slice(0, end)}${block}${html.slice(end)}`;
}

/** `link`: a whole address. */
export function withConsoleLink(text: string, link: string, language: string): string {
  return withNote(text, `${consoleWords(language)}\n\n    ${link}`);
}

/** The link is percent-encoded: it holds nothing that HTML would read. */
export function withHtmlConsoleLink(html: string, link: string, language: string): string {
  return withHtmlNote(html, `${consoleWords(language)} <a href="${link}" style="color:#0f766e;">${link}</a>`);
}

function consoleWords(language: string): string {
  return CONSOLE[language.split("-")[0] ?? ""] ?? "In the console:";
}
