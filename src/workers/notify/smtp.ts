// One delivery to the mail relay; its reply codes become our three errors. It never retries: the mail book and the
// queue do.
import type { Readable } from "node:stream";
import { createTransport, type NodemailerError } from "nodemailer";
import type { Mailbox } from "../../shared/base/email-address.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/base/errors.ts";
import { shownLine } from "../../shared/base/text/unseen.ts";
import { type Relay, readFrom, readRelay } from "./relay.ts";

const ADDRESS_REFUSED = "address-refused";
/** It concerns every mail alike. */
const AWAY = { code: "mail-server-away" } as const;

export interface Patience {
  /** Until the greeting, connecting included. */
  greetingMs?: number;
  /** For any other answer. */
  answerMs?: number;
}

export interface Smtp {
  /** Who our mails come from: header and envelope. */
  from: Mailbox;
  /**
   * Hands one finished MIME message to the relay and returns its words of acceptance. An abort gives up at once.
   * @throws Refused     the relay does not take this mail, now or later (5xx); see `isAddressRefused`
   * @throws Unavailable not delivered for sure, but it may be another time: 4xx, no connection, no login
   * @throws Uncertain   the connection was lost after the message had begun to leave us: it may have been taken (RFC
   * 1047)
   */
  deliver(mail: { to: string; raw: string }, signal?: AbortSignal): Promise<string>;
  /** Connects and logs in. @throws Unavailable saying what does not work */
  verify(): Promise<void>;
  /** Lets deliveries under way finish, then closes every connection. */
  close(): void;
}

/**
 * A pool of connections to the relay; the first is made for the first delivery, and each serves one mail after the
 * other.
 * @param url  SMTP_URL, see `readRelay`
 * @param from MAIL_FROM, see `readFrom`
 * @param patience how long the relay is waited for
 * @throws Error when either is wrong
 */
export function openSmtp({ url, from, patience = {} }: { url: string; from: string; patience?: Patience }): Smtp {
  const sender = readFrom(from);
  const relay = readRelay(url);
  const fail = failures(relay);
  const transport = createTransport({
    ...relay,
    pool: true,
    maxConnections: 3,
    maxRequeues: 0,
    idleTimeout: 30_000,
    connectionTimeout: patience.greetingMs ?? 10_000,
    // RFC 5321, 4.5.3.2.6: ten minutes for the answer to the final dot. Less would manufacture duplicates.
    socketTimeout: patience.answerMs ?? 600_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // A message's stream is read from once the relay has said 354, not earlier: the one witness of whether it left us.
  const messages = new WeakMap<object, Readable>();
  transport.use("stream", (mail, next) => {
    mail.message.processFunc((message) => {
      if (typeof mail.data.envelope === "object") messages.set(mail.data.envelope, message);
      return message;
    });
    next();
  });

  return {
    from: sender,
    async deliver({ to, raw }, signal) {
      const envelope = { from: plain(sender.address), to: [plain(to)] };
      try {
        return (await transport.sendMail({ envelope, raw, signal })).response;
      } catch (error) {
        throw fail(error, messages.get(envelope)?.readableDidRead ?? false);
      }
    },
    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throw fail(error, false);
      }
    },
    close: () => transport.close(),
  };
}

/** Whether the relay refused the recipient, not this mail or us: then it refuses every mail to that address. */
export function isAddressRefused(error: Refused): boolean {
  return error.code === ADDRESS_REFUSED;
}

/** Never a string: nodemailer would parse it, and one address could become two. */
function plain(address: string) {
  return { name: "", address };
}

/** Rebuilds what nodemailer throws: the reply code decides, then how far we came, then nodemailer's own code. */
function failures({ label, auth }: Relay) {
  const clean = (text: string) => shownLine(auth?.pass ? text.replaceAll(auth.pass, "…") : text).slice(0, 300);

  return (error: unknown, begun: boolean): Error => {
    const { responseCode, response = String(responseCode), code, command, message } = error as NodemailerError;
    if (responseCode !== undefined) {
      const answer = `the mail relay ${label} answered ${clean(response)}`;
      if (!isFinal(responseCode, code)) return new Unavailable(answer, isAboutTheMail(code) ? {} : AWAY);
      return new Refused(answer, command === "RCPT TO" && isOfTheAddress(response) ? { code: ADDRESS_REFUSED } : {});
    }
    if (begun)
      return new Uncertain(`the mail relay ${label} disconnected before it answered to the message: ${clean(message)}`);
    if (isAboutTheMail(code)) return new Refused(`the mail relay ${label} does not take this mail: ${clean(message)}`);
    return new Unavailable(`the mail relay ${label} cannot be reached: ${clean(message)}`, AWAY);
  };
}

/**
 * RFC 5321, 4.2.1: 5yz is final. Not for 503 (the session was out of step) and not for 530, 534, 535, 538 (RFC 4954, 6:
 * our login is wrong), nor for a 5yz before MAIL: these would refuse every mail alike, so an operator can fix them.
 */
function isFinal(responseCode: number, code: string | undefined): boolean {
  return responseCode >= 500 && isAboutTheMail(code) && ![503, 530, 534, 535, 538].includes(responseCode);
}

/**
 * RFC 3463, 3: x.1.z is about the address (but x.1.7 and x.1.8: of the sender), x.2.z about the mailbox; the rest
 * (x.7.1 above all: no relaying, a blocked sender) is about us, and would put every customer on the bounce list.
 * Without such a code, of what is said to RCPT 550 to 553 concern the mailbox; 554 is the relay's word for whatever
 * else it has against us (RFC 5321, 4.2.3 and 4.3.2).
 */
function isOfTheAddress(response: string): boolean {
  const [, reply = "", subject, detail = ""] = /^(\d{3})(?:[ -]#?[45]\.(\d{1,3})\.(\d{1,3}))?/.exec(response) ?? [];
  if (subject === undefined) return ["550", "551", "552", "553"].includes(reply);
  return subject === "2" || (subject === "1" && detail !== "7" && detail !== "8");
}

function isAboutTheMail(code: string | undefined): boolean {
  return code === "EENVELOPE" || code === "EMESSAGE";
}
