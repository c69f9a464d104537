// The mail catcher's addresses: list, mail, its HTML, its attachments, its source, and the same as JSON.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CaughtMail } from "./caught-mail.ts";
import { listPage, mailPage, style } from "./page.ts";

/** Mails come from anybody: our pages run no script, and a mail's own HTML may neither fetch nor reach anything. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

interface Answer {
  type: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** Serves `mails` as they are at each request. */
export async function serveMails(
  mails: readonly CaughtMail[],
  { host, port }: { host: string; port: number },
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const path = URL.parse(request.url ?? "/", "http://catcher")?.pathname ?? "/";
    const found = find(path, mails);
    const { type, body, headers } = found ?? { type: "text/plain; charset=utf-8", body: "nothing here\n" };
    response.writeHead(found ? 200 : 404, {
      "content-type": type,
      "content-security-policy": PAGE_POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      ...headers,
    });
    response.end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${host}:${taken}/`, close };
}

function find(path: string, mails: readonly CaughtMail[]): Answer | undefined {
  if (path === "/") return html(listPage(mails.toReversed()));
  if (path === "/style.css") return { type: "text/css; charset=utf-8", body: style };
  if (path === "/api/mails") return { type: "application/json", body: JSON.stringify(mails.toReversed().map(plain)) };

  const [, id, part, number] = /^\/mails\/(\d+)(?:\/(html|source|attachments)(?:\/(\d+))?)?$/.exec(path) ?? [];
  const mail = mails.find((it) => it.id === Number(id));
  if (!mail) return undefined;
  switch (part) {
    case undefined:
      return html(mailPage(mail));
    case "html":
      return { ...html(mail.html ?? ""), headers: { "content-security-policy": MAIL_POLICY } };
    case "source":
      return { type: "text/plain; charset=utf-8", body: mail.raw };
    default:
      return attachment(mail, Number(number));
  }
}

function html(body: string): Answer {
  return { type: "text/html; charset=utf-8", body };
}

function attachment(mail: CaughtMail, number: number): Answer | undefined {
  const it = mail.attachments[number];
  if (!it) return undefined;
  const name = encodeURIComponent(it.filename ?? "attachment");
  const headers = { "content-disposition": `attachment; filename*=UTF-8''${name}` };
  return { type: "application/octet-stream", body: bytes(it.content), headers };
}

/** One mail of GET /api/mails. */
function plain({ id, receivedAt, envelope, from, to, subject, messageId, date, text, html, ...mail }: CaughtMail) {
  const headers = mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value }));
  const attachments = mail.attachments.map(({ filename, mimeType, content }) => ({
    filename,
    mimeType,
    bytes: bytes(content).length,
  }));
  return { id, receivedAt, envelope, from, to, subject, messageId, date, text, html, headers, attachments };
}

function bytes(content: ArrayBuffer | Uint8Array | string): Buffer {
  return typeof content === "string" ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
}
