// SMTP_URL and MAIL_FROM become settings: whom to talk to, how safely, as whom. Their errors never repeat the URL.
import { type Mailbox, mailbox } from "../../shared/base/email-address.ts";

export interface Relay {
  /** For people: host and port, nothing secret. */
  label: string;
  host: string;
  port: number;
  auth?: { user: string; pass: string };
  /** TLS from the first byte (smtps). */
  secure: boolean;
  /** STARTTLS or nothing. */
  requireTLS: boolean;
  ignoreTLS: boolean;
}

/**
 * Reads `smtp://user:password@host:587` or `smtps://…` (port 465). User and password are percent-encoded.
 * Plain `smtp://` must upgrade by STARTTLS, except on loopback, where nobody listens, or with `?ignoreTLS=true`.
 * @throws Error saying what is wrong
 */
export function readRelay(url: string): Relay {
  const { protocol, hostname, port, username, password, searchParams } = parse(url);
  if (protocol !== "smtp:" && protocol !== "smtps:") throw new Error("SMTP_URL must begin with smtp:// or smtps://");
  if (hostname === "") throw new Error("SMTP_URL names no host");
  const unknown = [...searchParams.keys()].find((name) => name !== "ignoreTLS");
  if (unknown !== undefined) throw new Error("SMTP_URL has an unknown option; the only one is ignoreTLS=true");

  const secure = protocol === "smtps:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const plain = !secure && (isLoopback(host) || searchParams.get("ignoreTLS") === "true");
  const number = port === "" ? (secure ? 465 : 587) : Number(port);
  const auth = username === "" ? {} : { auth: { user: decode(username), pass: decode(password) } };
  return {
    label: `${hostname}:${number}`,
    host,
    port: number,
    secure,
    requireTLS: !secure && !plain,
    ignoreTLS: plain,
    ...auth,
  };
}

/** Reads `ssl@provider.example` or `Provider <ssl@provider.example>`. @throws Error when it is neither */
export function readFrom(text: string): Mailbox {
  const [, name, address] = /^(?:"?([^"<>]*?)"?\s*<([^<>]+)>)$/.exec(text.trim()) ?? [undefined, "", text.trim()];
  const read = mailbox.safeParse(name ? { name, address } : { address });
  if (!read.success) throw new Error('MAIL_FROM must be an address, or "Name <address>"');
  return read.data;
}

function parse(url: string): URL {
  const read = URL.parse(url);
  if (!read) throw new Error("SMTP_URL is not a URL");
  return read;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("SMTP_URL: user and password must be percent-encoded");
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
