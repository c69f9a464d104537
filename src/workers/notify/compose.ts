// A letter becomes the bytes that go over the wire. The same letter, key and date always give the same bytes.
import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Mailbox } from "../../shared/base/email-address.ts";
import { shownLine } from "../../shared/base/text/unseen.ts";
import type { Letter } from "../../shared/mail/render.ts";
import type { Signer } from "./dkim.ts";

export interface Addressed {
  key: string;
  from: Mailbox;
  to: Mailbox;
  /** The time of the first attempt; repeats carry it too. */
  date: Date;
  /**
   * Signs here, not on the way out: what is repeated is the signed mail, and its bytes are read only when the relay
   * asks for them.
   */
  signer?: Signer | undefined;
}

/**
 * The Message-ID, with its angle brackets, that every attempt of this key carries: receivers that drop duplicates go by
 * it (RFC 7352).
 */
export function messageIdOf(key: string, from: Mailbox): string {
  return `<${digestOf(key)}@${from.address.slice(from.address.indexOf("@") + 1)}>`;
}

/** 32 hex digits that stand for a key where the key itself is too long or too free in form. */
export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}

/** A whole MIME message in 7-bit ASCII, CRLF line ends, for exactly one recipient. */
export async function compose(letter: Letter, { key, from, to, date, signer }: Addressed): Promise<string> {
  const mail = new MailComposer({
    from: named(from),
    to: named(to),
    subject: letter.subject,
    date,
    messageId: messageIdOf(key, from),
    // RFC 3834, 5: nobody's out-of-office answers a machine. Exchange listens to the second header only. No
    // List-Unsubscribe: each mail is about the reader's own certificate or account, and there is no list to leave (RFC
    // 2369, 3).
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    text: lines(letter.text),
    html: lines(letter.html),
    attachments: letter.attachments,
    // Never 8bit and never a long line, whatever people put into the values (RFC 5321, 4.5.3.1.6: 998 octets).
    encoding: "quoted-printable",
    newline: "win",
    baseBoundary: digestOf(key),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = mail.compile();
  if (signer) message.processFunc((unsigned) => signer.sign(unsigned));
  return (await message.build()).toString("ascii");
}

/** A bare CR would go through as it is, and some relays take it for a line's end. */
function lines(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/**
 * Never a string: nodemailer would parse it, and one address could become two. A name of an earlier version may hold
 * marks that nobody sees.
 */
function named({ name = "", address }: Mailbox) {
  return { name: shownLine(name), address };
}
