// The pretended eNom: a real HTTP server on loopback that speaks interface.asp and keeps books.
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "../../shared/base/clock.ts";
import { openTestCa, type TestCa } from "../ca/ca.ts";
import { type Books, emptyBooks, openBooks } from "./books/books.ts";
import { booksFile } from "./books/books-file.ts";
import { dateTime } from "./books/calendar.ts";
import { type Settings, type SettingsOptions, serverZone, startingSettings } from "./books/settings.ts";
import { type Colleague, colleagueAt } from "./commands/colleague.ts";
import { backendOf, perform } from "./commands/commands.ts";
import type { Office } from "./commands/office.ts";
import { type DomainOwner, ownerAt, type Support, supportAt } from "./commands/reissuing.ts";
import { servePeople } from "./control/people.ts";
import { faultOfWaitingOrder } from "./purchase-plays.ts";
import { type Document, documentOf, type Envelope, type Reply } from "./wire/answer.ts";
import { type Fault, play, send } from "./wire/faults.ts";
import { underWay } from "./wire/latency.ts";
import { type Lost, lossDraw } from "./wire/losses.ts";
import { type Question, readQuestion } from "./wire/request.ts";

export interface SandboxEnomOptions extends SettingsOptions {
  clock?: Clock;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Decimal dollars of a new account, default `5000.00`. */
  balance?: string;
  /** Keeps the books and the CA's keys there and reads them back at start; without it they live in memory. */
  dataDir?: string;
  /** Who signs; without it, a CA of its own. */
  ca?: TestCa;
}

/** One call as it came in. */
export interface Asked {
  command: string;
  /** All of them, `uid` and `pw` too, names in lower case. */
  parameters: Readonly<Record<string, string>>;
  method: string;
  at: Date;
}

export interface SandboxEnom {
  /** `http://127.0.0.1:PORT/interface.asp`; a page for people is at `/`. */
  url: string;
  books: Books;
  ca: TestCa;
  /** Live: changes count from the next call on. */
  settings: Settings;
  /** What was asked, oldest first; of one command (letter case ignored) or of all. */
  asked(command?: string): Asked[];
  /** Lets the next calls of a command go wrong, one fault a call, in this order. */
  fault(command: string, ...faults: Fault[]): void;
  /** What `settings.losses` has lost so far, oldest first; queued faults are not counted. */
  lost: readonly Lost[];
  /** Somebody else in the same account. */
  colleague: Colleague;
  /** Who reissues by hand, where no command does. */
  support: Support;
  owner: DomainOwner;
  /** When the earliest slot moves next by itself: what a clock is set to when nothing else happens. */
  nextEvent(): Date | undefined;
  /** Cuts all connections, and resolves when everything is kept. */
  close(): Promise<void>;
}

/** Starts the pretended eNom. @throws Error the port is taken, or `dataDir` cannot be read */
export async function startSandboxEnom(options: SandboxEnomOptions = {}): Promise<SandboxEnom> {
  const { clock = systemClock, host = "127.0.0.1", port = 0, balance = "5000.00", dataDir, ca } = options;
  const settings = startingSettings(options, clock);
  const file = booksFile(dataDir);
  const books = openBooks((await file.find()) ?? emptyBooks(balance), clock, settings);
  const office: Office = { books, clock, settings, ca: ca ?? (await openTestCa(dataDir)) };
  const asked: Asked[] = [];
  const faults = new Map<string, Fault[]>();
  const losses = lossDraw(settings);
  const inTurn = turns();

  async function answer(question: Question, response: ServerResponse): Promise<void> {
    const { command, parameters, method, credentialsInUrl } = question;
    asked.push({ command, parameters, method, at: clock.now() });
    if (credentialsInUrl) books.faults.push(`${command}: credentials in the URL`);
    const begin = performance.now();
    const address = response.socket?.remoteAddress ?? "";
    const document = (reply: Reply): Document =>
      documentOf(reply, envelope(command, performance.now() - begin, office), parameters.responsetype);
    const effect = async (): Promise<Document> => {
      const reply = await perform(question, address, office);
      await file.keep(books); // before the answer: what a caller was told is never forgotten
      return document(reply);
    };
    const effectAndWay = async (): Promise<Document> => {
      const done = await inTurn(effect);
      if (settings.latencyMs !== null) await underWay(settings.latencyMs);
      return done;
    };
    const fault =
      faults.get(command.toLowerCase())?.shift() ??
      losses.draw(command) ??
      (await faultOfWaitingOrder(question, books, settings));
    if (fault === undefined) return send(response, await effectAndWay());
    return play(fault, { response, effect: effectAndWay, refuse: document });
  }

  const people = { books, support: supportAt(office, inTurn), owner: ownerAt(office, inTurn) };

  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    if (path.toLowerCase() !== "/interface.asp") {
      const done = () => inTurn(() => file.keep(books));
      return void servePeople(request, response, { people, done }).catch(() => response.destroy());
    }
    readQuestion(request).then(
      (question) =>
        answer(question, response).catch((error: Error) => {
          books.faults.push(`${question.command}: the sandbox failed: ${error.message}`);
          if (!response.headersSent) send(response, { contentType: "text/plain", body: "The sandbox failed\n" }, 500);
        }),
      () => response.destroy(), // the caller left before the question was whole, or asked nothing that can be read
    );
  });
  server.listen(port, host);
  await once(server, "listening");

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/interface.asp`,
    books,
    ca: office.ca,
    settings,
    asked: (command) => asked.filter((call) => !command || call.command.toLowerCase() === command.toLowerCase()),
    fault: (command, ...more) => {
      faults.set(command.toLowerCase(), [...(faults.get(command.toLowerCase()) ?? []), ...more]);
    },
    lost: losses.lost,
    colleague: colleagueAt(office, inTurn),
    support: people.support,
    owner: people.owner,
    nextEvent: books.nextMove,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await inTurn(() => file.keep(books));
    },
  };
}

/** The older program prints 0.000 whatever it did. */
function envelope(command: string, ms: number, { clock, settings }: Office): Envelope {
  const backend = backendOf(command);
  return {
    command,
    backend,
    requestDateTime: dateTime(clock.now(), serverZone(settings)),
    execMs: backend === "API" ? 0 : ms,
    trackingKey: settings.variants.trackingKey,
  };
}

/** One effect at a time, in the order of arrival: a real data base would lock the account's row. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}
