// Faults of the mail server: refused for now or for good, at each command, silent, cut off, slow.
import { setTimeout as pause } from "node:timers/promises";
import type { Scripted } from "../../../src/sandbox/mail/catcher.ts";
import type { Weather } from "../matrix/line.ts";
import type { Fault } from "./fault.ts";

const WATCH_MS = 4_000;

/** The next deliveries meet it; a connection on which nothing comes any more is cut in the end. */
function answersWith(name: string, does: string, ...script: Scripted[]): Fault {
  return {
    ...{ name, group: "smtp", does },
    async play({ mail, lines }) {
      mail.answer(...script);
      await pause(WATCH_MS);
      lines.smtp.cut();
      return undefined;
    },
  };
}

function lineThat(name: string, does: string, weather: Weather): Fault {
  return {
    ...{ name, group: "smtp", does },
    async play({ lines }) {
      lines.smtp.cut();
      lines.smtp.weather = weather;
      await pause(WATCH_MS);
      lines.smtp.weather = "clear";
      if (weather === "silent") lines.smtp.cut();
      return undefined;
    },
  };
}

const busy: Scripted = { at: "MAIL", code: 421, text: "4.7.0 too many connections" };
const grey: Scripted = { at: "RCPT", code: 450, text: "4.2.0 greylisted" };
const later: Scripted = { at: "DATA", code: 451, text: "4.3.0 try again" };
const kept: Scripted = { after: "dot", kept: true, line: "silent" };
const gone: Scripted = { after: "dot", kept: false, line: "silent" };

export const smtpFaults: readonly Fault[] = [
  answersWith("smtp-421", "421, too many connections", busy, busy),
  answersWith("smtp-450", "450 at the recipient, as by greylisting", grey, grey, grey),
  answersWith("smtp-451", "451 after the message", later, later),
  answersWith("smtp-550", "550: there is no such recipient", { at: "RCPT", code: 550, text: "5.1.1 no such user" }),
  answersWith("smtp-silent", "silent after the message, kept or not; cut later", kept, gone),
  answersWith("smtp-cut", "kept, and the connection is cut instead of a 250", {
    after: "dot",
    kept: true,
    line: "cut",
  }),
  lineThat("smtp-no-greeting", "connected, and no greeting for four seconds", "silent"),
  lineThat("smtp-refused", "connections are refused for four seconds", "refuses"),
  lineThat("smtp-slow", "answers byte by byte for four seconds", "trickles"),
];
