// What the stories about people share: a gateway with users of each role, and a browser's cookies kept by hand.
import { onTestFinished } from "vitest";
import type { GatewayNeeds } from "../../../../src/producers/gateway.ts";
import { hashPassword } from "../../../../src/shared/authority/people/password-hash.ts";
import { peopleStore } from "../../../../src/shared/authority/people/store.ts";
import type { Role } from "../../../../src/shared/authority/scopes.ts";
import { NOW, world } from "../world.ts";

export const PASSWORD = "correct horse battery";
/** One for all: users may have the same password. Made at the first story: only then is hashing quick, see quick-scrypt.ts. */
let hash: Promise<string> | undefined;

export type Cookies = Record<string, string>;

/** A gateway with these users, whose clock for sessions and pauses is turned by hand. */
export async function peopled(roles: Readonly<Record<string, Role>>, given: Partial<GatewayNeeds> = {}) {
  const time = { ms: Date.now() };
  const w = await world({ signIn: { idleSeconds: 1_800, longestSeconds: 43_200, now: () => time.ms }, ...given });
  const users = peopleStore(w.redis, w.keys);
  hash ??= hashPassword(PASSWORD);
  for (const [name, role] of Object.entries(roles))
    await users.add({ name, role, password: await hash, subject: undefined }, NOW);

  /** A form as a browser sends it from a page of ours. */
  function post(
    url: string,
    fields: Record<string, string>,
    { cookies = {}, headers = {}, from = "127.0.0.1" }: Sent = {},
  ) {
    return w.app.inject({
      method: "POST",
      url,
      remoteAddress: from,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        accept: "text/html,application/xhtml+xml",
        host: "localhost:80",
        origin: "http://localhost:80",
        ...(Object.keys(cookies).length > 0 && { cookie: cookieText(cookies) }),
        ...headers,
      },
      payload: new URLSearchParams(fields).toString(),
    });
  }

  function get(url: string, { cookies = {}, headers = {}, from = "127.0.0.1" }: Sent = {}) {
    const cookie = Object.keys(cookies).length > 0 ? { cookie: cookieText(cookies) } : {};
    return w.app.inject({ url, remoteAddress: from, headers: { accept: "text/html", ...cookie, ...headers } });
  }

  return {
    ...w,
    ...{ users, time, post, get },
    signIn: async (user: string, password = PASSWORD, sent: Sent = {}): Promise<Cookies> =>
      cookiesOf(await post("/sign-in", { user, password }, sent)),
  };
}

export interface Sent {
  cookies?: Cookies;
  headers?: Record<string, string>;
  from?: string;
}

export function cookiesOf({ cookies }: { cookies: { name: string; value: string }[] }): Cookies {
  return Object.fromEntries(cookies.map(({ name, value }) => [name, value]));
}

function cookieText(cookies: Cookies): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}

/** Where a gateway listens, for real browsers. */
export async function listening({ app }: Pick<Awaited<ReturnType<typeof peopled>>, "app">): Promise<string> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => app.server.closeAllConnections());
  const { port } = app.server.address() as { port: number };
  return `http://127.0.0.1:${port}`;
}
