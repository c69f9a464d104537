// The sandbox's mail server: takes every mail over real SMTP, delivers none, shows them on a page, and fails on
// request.
import { EventEmitter } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { type Clock, systemClock } from "../../shared/base/clock.ts";
import type { CaughtMail } from "./caught-mail.ts";
import { serveMails } from "./web.ts";

/**
 * What happens to a delivery: "ok"; a reply at a command, `DATA` meaning the reply to the finished message; or no
 * reply after the dot, the message kept or not: the connection is cut, or nothing comes until the client goes away.
 */
export type Scripted =
  | "ok"
  | { at: "MAIL" | "RCPT" | "DATA"; code: number; text?: string }
  | { after: "dot"; kept: boolean; line: "cut" | "silent" };

export interface MailCatcher {
  /** For SMTP_URL. */
  smtpUrl: string;
  webUrl: string;
  /** Oldest first. */
  mails(): CaughtMail[];
  /** The first mail that fits, of those caught and those to come. Rejects after `timeoutMs`. */
  waitFor(fits: (mail: CaughtMail) => boolean, timeoutMs: number): Promise<CaughtMail>;
  /** Scripts the next deliveries, one entry each, after those scripted before; then everything is "ok" again. */
  answer(...script: Scripted[]): void;
  close(): Promise<void>;
}

export interface MailCatcherOptions {
  host?: string;
  /** 0, the default, takes a free port. */
  smtpPort?: number;
  webPort?: number;
  /** How many mails are kept, the newest; 500 by default. */
  keep?: number;
  clock?: Clock;
}

export async function startMailCatcher(options: MailCatcherOptions = {}): Promise<MailCatcher> {
  const { host = "127.0.0.1", smtpPort = 0, webPort = 0, keep = 500, clock = systemClock } = options;
  const mails: CaughtMail[] = [];
  const script: Scripted[] = [];
  const news = new EventEmitter<{ mail: [CaughtMail] }>().setMaxListeners(0);
  let lastId = 0;

  /** The script's entry for the delivery that a session is at. */
  const plans = new WeakMap<SMTPServerSession, Scripted>();
  const refusal = (session: SMTPServerSession, at: "MAIL" | "RCPT" | "DATA") => {
    const plan = plans.get(session);
    return typeof plan === "object" && "code" in plan && plan.at === at ? reply(plan) : undefined;
  };

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: (_auth, _session, done) => done(null, { user: "anybody" }),
    onMailFrom(_address, session, done) {
      plans.set(session, script.shift() ?? "ok");
      done(refusal(session, "MAIL"));
    },
    onRcptTo: (_address, session, done) => done(refusal(session, "RCPT")),
    // A client that dies in the middle of its message leaves half a mail, which nobody gets.
    onData: (stream, session, done) => void take(stream, session, done).catch(done),
  });
  // A client that hangs up in the middle is no trouble of ours.
  smtp.on("error", () => {});

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void) {
    const plan = plans.get(session) ?? "ok";
    const raw = await buffer(stream);
    const no = refusal(session, "DATA");
    if (no) return done(no);
    const mute = typeof plan === "object" && "after" in plan ? plan : undefined;
    if (mute?.kept !== false) await keepMail(raw, session, mute !== undefined);
    if (!mute) return done();
    if (mute.line === "silent") return;
    for (const connection of smtp.connections) if (connection.session === session) connection.close();
  }

  async function keepMail(raw: Buffer, { envelope }: SMTPServerSession, isUnanswered: boolean): Promise<void> {
    const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
    const to = envelope.rcptTo.map(({ address }) => address);
    const email = await PostalMime.parse(raw);
    lastId += 1;
    const told = isUnanswered && { isUnanswered };
    const mail = { ...email, id: lastId, receivedAt: clock.now(), envelope: { from, to }, raw, ...told };
    mails.push(mail);
    if (mails.length > keep) mails.shift();
    news.emit("mail", mail);
  }

  const web = await serveMails(mails, { host, port: webPort });
  await new Promise<void>((resolve, reject) => {
    smtp.server.once("error", (error) => void web.close().then(() => reject(error)));
    smtp.listen(smtpPort, host, () => resolve());
  });
  const { port } = smtp.server.address() as AddressInfo;

  return {
    smtpUrl: `smtp://${host}:${port}`,
    webUrl: web.url,
    mails: () => [...mails],
    answer: (...more) => void script.push(...more),
    waitFor(fits, timeoutMs) {
      const there = mails.find(fits);
      if (there) return Promise.resolve(there);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(reject, new Error(`no such mail; came: ${subjects(mails)}`)), timeoutMs);
        const look = (mail: CaughtMail) => fits(mail) && finish(resolve, mail);
        function finish<T>(settle: (value: T) => void, value: T) {
          clearTimeout(timer);
          news.off("mail", look);
          settle(value);
        }
        news.on("mail", look);
      });
    },
    async close() {
      await Promise.all([web.close(), new Promise<void>((resolve) => smtp.close(() => resolve()))]);
    },
  };
}

function reply({ code, text = "as scripted" }: { code: number; text?: string }): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

function subjects(mails: CaughtMail[]): string {
  return mails.map(({ subject, envelope }) => `"${subject}" to ${envelope.to.join(", ")}`).join(", ") || "none";
}
