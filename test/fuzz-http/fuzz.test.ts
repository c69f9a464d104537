// Strange requests at a real gateway's port, pages and API, with logins and without: no 5xx, no hang, no stack trace, no
// secret. `npm run fuzz:http` does it for a minute; FUZZ_SECONDS, FUZZ_SEED and FUZZ_FROM are taken from the environment.
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { hashOf } from "../../src/shared/authority/keys/secret.ts";
import { world } from "../producers/http/world.ts";
import { orderBody } from "../support/order.ts";
import { routesOf } from "../support/routes.ts";
import type { Schema } from "./bodies.ts";
import { type Known, type Route, requestOf } from "./requests.ts";

const SECONDS = Number(process.env.FUZZ_SECONDS) || 5;
const SEED = Number(process.env.FUZZ_SEED) || Math.floor(Math.random() * 2 ** 31);
const FROM = Number(process.env.FUZZ_FROM) || 0;
const AT_ONCE = 12;
/** The parser gives a request that does not end 30 s; what we send ends, or is cut off by us. */
const HANG_MS = 10_000;
const PATIENCE_MS = 400;

const KEY = "canary-key-0123456789";
const PASSWORD = "canary-board-password";
const SECRETS = [KEY, PASSWORD, hashOf(KEY)];
const STACK = /\n\s+at .+[(/].+:\d+:\d+|node_modules|\/src\/producers/;

type Faults = string[];

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { in: string; name: string }[];
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** What each route takes, by its method and path as Fastify writes them. */
function taken({ paths }: Document): Map<string, Pick<Route, "body" | "queries">> {
  return new Map(
    Object.entries(paths).flatMap(([path, calls]) =>
      Object.entries(calls).map(([method, { requestBody, parameters = [] }]) => {
        const queries = parameters.filter((each) => each.in === "query").map(({ name }) => name);
        const body = requestBody?.content["application/json"]?.schema;
        return [`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`, { body, queries }];
      }),
    ),
  );
}

/** A gateway with keys and a console user, and one that lets this machine in; with an order and an account in each. */
async function gateways() {
  const locked = {
    env: "live",
    apiKeys: [{ id: "canary", sha256: hashOf(KEY), scopes: ["admin" as const] }],
    board: { user: "ops", password: PASSWORD },
  };
  return Promise.all(
    [locked, {}].map(async (given) => {
      const w = await world(given);
      await w.app.listen({ host: "127.0.0.1", port: 0 });
      await w.addAccount("main");
      const order = await orderBody({});
      await w.call("POST", "/v1/certificates", order, { authorization: `Bearer ${KEY}` });
      const document = JSON.parse(JSON.stringify(w.app.swagger())) as Document;
      const takes = taken(document);
      const known: Known = {
        routes: routesOf(w.app.printRoutes({ commonPrefix: false })).map((route) => ({
          ...route,
          ...takes.get(`${route.method} ${route.path}`),
        })),
        schemas: document.components.schemas,
        names: [
          order.reference,
          "main",
          "open",
          "notify",
          "reissue",
          "1",
          "certificate-issued",
          "failed",
          "due",
          "a@b.example",
        ],
        logins: [
          `authorization: Bearer ${KEY}`,
          `authorization: Basic ${Buffer.from(`ops:${PASSWORD}`).toString("base64")}`,
        ],
      };
      return { ...w, known, port: (w.app.server.address() as AddressInfo).port };
    }),
  );
}

/** All that comes back, until the gateway ends the connection or we have waited for long enough; null when it hangs. */
function send(port: number, bytes: string): Promise<string | null> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const patience = setTimeout(() => socket.end(), PATIENCE_MS); // a body that never comes: we say that it does not
    const hang = setTimeout(() => end(null), HANG_MS);
    const end = (answer: string | null): void => {
      clearTimeout(patience);
      clearTimeout(hang);
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding("latin1").on("data", (part: string) => (text += part));
    socket.on("error", () => end(text)).on("end", () => end(text));
    socket.write(Buffer.from(bytes, "latin1"));
  });
}

/** What is wrong with an answer. No answer at all is none that could be wrong. */
function faultsOf(answer: string | null): Faults {
  if (answer === null) return [`no end after ${HANG_MS} ms`];
  const faults = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].flatMap(([, status = ""]) =>
    status >= "500" ? [`a ${status}`] : [],
  );
  // The viewer of the API and the board's script are others' programs, and long.
  if (answer.length < 100_000 && STACK.test(answer)) faults.push("a stack trace");
  if (SECRETS.some((secret) => answer.includes(secret))) faults.push("a secret");
  return faults;
}

test(
  `No strange request is answered with a 5xx, a stack trace or a secret, and none hangs: ${SECONDS} s, FUZZ_SEED=${SEED}`,
  async () => {
    const all = await gateways();
    expect(all[0]?.known.routes.length).toBeGreaterThan(80);
    const until = performance.now() + SECONDS * 1_000;
    const found: string[] = [];
    const statuses = new Map<string, number>();
    let index = FROM;
    const one = async (): Promise<void> => {
      while (performance.now() < until && found.length < 10) {
        const mine = index++;
        const { known, port } = all[mine % all.length] ?? all[0] ?? expect.unreachable();
        const bytes = requestOf(known, SEED, mine);
        const first = await send(port, bytes);
        // "Send the same request again": the API gives up after two seconds on a machine that has too much to do.
        const answer = first?.startsWith("HTTP/1.1 503") ? await send(port, bytes) : first;
        const status = /^HTTP\/1\.1 (\d{3})/.exec(answer ?? "")?.[1] ?? "none";
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const faults = faultsOf(answer);
        if (faults.length > 0)
          found.push(
            `FUZZ_SEED=${SEED} FUZZ_FROM=${mine}: ${faults.join(", ")}\n${JSON.stringify(bytes.slice(0, 600))}\n${answer?.slice(0, 600)}`,
          );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));

    const logged = all.flatMap(({ lines }) => lines);
    const told = SECRETS.filter((secret) => logged.some((line) => line.includes(secret)));
    console.info(`${index - FROM} requests, seed ${SEED}:`, Object.fromEntries([...statuses].sort()));
    expect(found.join("\n\n")).toBe("");
    expect(told).toEqual([]);
    expect(statuses.get("200")).toBeGreaterThan(0);
  },
  (SECONDS + 40) * 1_000,
);
