// A real OpenID provider (oidc-provider) on loopback, and a person's browser at it, in which everything is answered with yes.
import { createServer, type RequestListener } from "node:http";
import { onTestFinished } from "vitest";

export interface Account {
  [claim: string]: unknown;
}

interface Provider {
  callback: () => RequestListener;
}

/** Accounts by the name that is typed at the provider. `callback` is known when the gateway listens. */
export async function openProvider(accounts: Readonly<Record<string, Account>>) {
  let handle: RequestListener = (_request, response) => void response.writeHead(500).end();
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const clientSecret = "secret-of-certfleet-at-the-provider";

  return {
    ...{ issuer, clientSecret, clientId: "certfleet" },
    async serve(callback: string): Promise<void> {
      // @ts-expect-error: it brings no types
      const { default: Provider } = await import("oidc-provider");
      const provider: Provider = new Provider(issuer, {
        clients: [{ client_id: "certfleet", client_secret: clientSecret, redirect_uris: [callback] }],
        pkce: { required: () => true },
        claims: { profile: ["preferred_username", "groups"], email: ["email", "email_verified"] },
        features: { devInteractions: { enabled: true } },
        cookies: { keys: ["of the test"] },
        findAccount: (_context: unknown, id: string) =>
          accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
      });
      handle = provider.callback();
    },
  };
}

/** Follows redirects and fills in the provider's forms, until it is sent back to the gateway: with which address. */
export async function passProvider(entry: string, login: string): Promise<string> {
  const { origin } = new URL(entry);
  const cookies = new Map<string, string>();
  let url = entry;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step++) {
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form && { method: "POST", body: form }),
    });
    for (const each of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      cookies.set(name, value);
    }
    form = undefined;
    const location = answer.headers.get("location");
    if (location !== null) {
      url = new URL(location, url).href;
      if (!url.startsWith(origin)) return url;
      continue;
    }
    const page = await answer.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1] ?? "";
    if (action === undefined) throw new Error(`the provider said ${answer.status}: ${page.slice(0, 500)}`);
    url = new URL(action, url).href;
    form = new URLSearchParams({ prompt, login, password: "any" });
  }
  throw new Error("the provider sends the browser in a circle");
}
