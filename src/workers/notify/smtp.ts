// One delivery to the mail relay; its reply codes become our three errors. It never retries: the mail book and the queue do.
import type { Readable } from "node:stream";
import { createTransport, type NodemailerError } from "nodemailer";
import type { Mailbox } from "../../shared/email-address.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/errors.ts";
import { type Relay, readFrom, readRelay } from "./relay.ts";

export interface Smtp {
  /** Who our mails come from: header and envelope. */
  from: Mailbox;
  /**
   * Hands one finished MIME message to the relay and returns its words of acceptance. An abort gives up at once.
   * @throws Refused     the relay does not take this mail, now or later (5xx)
   * @throws Unavailable not delivered for sure, but it may be another time: 4xx, no connection, no login
   * @throws Uncertain   the connection was lost after the message had begun to leave us: it may have been taken (RFC 1047)
   */
  deliver(mail: { to: string; raw: string }, signal?: AbortSignal): Promise<string>;
  /** Connects and logs in. @throws Unavailable saying what does not work */
  verify(): Promise<void>;
  /** Lets deliveries under way finish, then closes every connection. */
  close(): void;
}

/**
 * A pool of connections to the relay; the first is made for the first delivery.
 * @param url  SMTP_URL, see `readRelay`
 * @param from MAIL_FROM, see `readFrom`
 * @throws Error when either is wrong
 */
export function openSmtp({ url, from }: { url: string; from: string }): Smtp {
  const sender = readFrom(from);
  const relay = readRelay(url);
  const fail = failures(relay);
  const transport = createTransport({
    ...relay,
    pool: true,
    maxConnections: 3,
    maxRequeues: 0,
    idleTimeout: 30_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    // RFC 5321, 4.5.3.2.6: ten minutes for the answer to the final dot. Less would manufacture duplicates.
    socketTimeout: 600_000,
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
      const envelope = { from: sender.address, to: [to] };
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

/** Rebuilds what nodemailer throws: the reply code decides, then how far we came, then nodemailer's own code. */
function failures({ label, auth }: Relay) {
  const clean = (text: string) =>
    (auth?.pass ? text.replaceAll(auth.pass, "…") : text).replace(/[\p{Cc}\s]+/gu, " ").slice(0, 300);

  return (error: unknown, begun: boolean): Error => {
    const { responseCode, response, code, message } = error as NodemailerError;
    if (responseCode !== undefined) {
      const answer = `the mail relay ${label} answered ${clean(response ?? String(responseCode))}`;
      return isFinal(responseCode, code) ? new Refused(answer) : new Unavailable(answer);
    }
    if (begun)
      return new Uncertain(`the mail relay ${label} was lost before it answered to the message: ${clean(message)}`);
    if (isAboutTheMail(code))
      return new Refused(`the mail relay ${label} cannot be given this mail: ${clean(message)}`);
    return new Unavailable(`the mail relay ${label} cannot be reached: ${clean(message)}`);
  };
}

/**
 * RFC 5321, 4.2.1: 5yz is final. Not for 503 (the session was out of step) and not for 530, 534, 535, 538 (RFC 4954, 6:
 * our login is wrong), nor for a 5yz before MAIL: these would refuse every mail alike, so an operator can mend them.
 */
function isFinal(responseCode: number, code: string | undefined): boolean {
  return responseCode >= 500 && isAboutTheMail(code) && ![503, 530, 534, 535, 538].includes(responseCode);
}

function isAboutTheMail(code: string | undefined): boolean {
  return code === "EENVELOPE" || code === "EMESSAGE";
}
