// Who hears of everything that happens in a storm: one endpoint of the fleet's webhooks, with a receiver that may be ill.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { webhookStore } from "../../../src/shared/webhooks/store.ts";
import type { JudgedEvent, JudgedWebhooks } from "../judge/evidence.ts";
import type { Stage } from "../stage.ts";

/** `well` answers 200. `lost`: it has taken the event, and the answer gets lost. */
export type Health = "well" | "ill" | "busy" | "dead" | "slow" | "silent" | "lost";
const SLOW_MS = 3_000;

type Place = Pick<Stage, "redis" | "keys">;

export interface Receiver {
  health: Health;
  /** Is called once, with the next delivery in the receiver's hands. */
  meanwhile: (() => void) | undefined;
  /** Cuts all connections. */
  cut: () => void;
  /** Has the endpoint made, also anew where Redis has lost it; what was switched off or pauses goes on at once. */
  look: (place: Place) => Promise<void>;
  /** Events that wait to be delivered, at the latest look. */
  waiting: (place: Place) => Promise<number>;
  judged: (place: Place) => Promise<JudgedWebhooks>;
  close: () => Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const taken: JudgedEvent[] = [];
  const secrets: string[] = [];
  let [id, from, unsigned] = ["", "0-0", 0];
  const ways: Record<Health, (answer: ServerResponse, take: () => void) => void> = {
    well: (answer, take) => {
      take();
      answer.writeHead(200).end();
    },
    ill: (answer) => answer.writeHead(500).end("no"),
    busy: (answer) => answer.writeHead(429, { "retry-after": "2" }).end(),
    dead: (answer) => answer.destroy(),
    slow: (answer, take) => void setTimeout(() => ways.well(answer, take), SLOW_MS),
    silent: () => undefined,
    lost: (answer, take) => {
      take();
      answer.destroy();
    },
  };
  const server = createServer((request, answer) => {
    if (receiver.health === "dead") return void request.destroy();
    const chunks: Buffer[] = [];
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      const headers = request.headers as Record<string, string>;
      if (!secrets.some((secret) => isSigned(secret, raw, headers))) {
        unsigned++;
        return void answer.writeHead(401).end();
      }
      const { id: event, type, data } = JSON.parse(raw) as Told;
      receiver.meanwhile?.();
      receiver.meanwhile = undefined;
      ways[receiver.health](answer, () => void taken.push({ id: event, type, subject: subjectOf(data) }));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const about = { url: `http://127.0.0.1:${port}/storm`, events: ["*"], allowPrivate: true };

  const receiver: Receiver = {
    health: "well",
    meanwhile: undefined,
    cut: () => server.closeAllConnections(),
    async look({ redis, keys }) {
      const store = webhookStore(redis, keys);
      const known = id === "" ? undefined : await store.find(id);
      if (known) return store.switchOn(id, new Date());
      const made = await store.create(about, new Date());
      secrets.push(made.secret);
      // What happened before an endpoint was made is not for it.
      from = (await redis.hget(keys.hook(made.id), "cursor")) ?? "0-0";
      id = made.id;
    },
    async waiting({ redis, keys }) {
      const [[newest], cursor] = await Promise.all([
        redis.xrevrange(keys.events, "+", "-", "COUNT", 1),
        redis.hget(keys.hook(id), "cursor"),
      ]);
      return (await redis.zcard(keys.hook(id, "due"))) + (newest && newest[0] !== cursor ? 1 : 0);
    },
    async judged({ redis, keys }) {
      const all = await redis.xrange(keys.events, `(${from}`, "+");
      const events = all.flatMap(([event, fields]) => {
        const { type = "", subject } = Object.fromEntries(pairs(fields)) as { type?: string; subject?: string };
        return subject === undefined ? [] : [{ id: event, type, subject }];
      });
      const subjects = new Map(events.map((event) => [event.id, event.subject]));
      // What Redis has forgotten is known by the body.
      return {
        events,
        taken: taken.map((each) => ({ ...each, subject: subjects.get(each.id) ?? each.subject })),
        unsigned,
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return receiver;
}

interface Told {
  id: string;
  type: string;
  data: { reference?: string; account?: string };
}

/** Who it is about, as far as the body says it: enough to hold each order's events against each other. */
function subjectOf({ reference, account }: Told["data"]): string {
  return reference ?? account ?? "";
}

function isSigned(secret: string, raw: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(raw, headers);
    return true;
  } catch {
    return false;
  }
}

function pairs(fields: readonly string[]): [string, string][] {
  return fields.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, fields[i + 1] ?? ""]] : []));
}
