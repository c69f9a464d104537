// What `npm start` says when all is up: where everything is found.
import { join } from "node:path";
import { pathOf, publicUrl } from "../shared/gateway/public-url.ts";
import type { FirstAccess } from "./first-access.ts";
import type { Parts } from "./parts.ts";

interface Places {
  live: boolean;
  env: NodeJS.ProcessEnv;
  mailUrl: string | null;
  enomPage: string | null;
  dataDir: string;
  told: FirstAccess["told"];
}

export function addresses({ gatewayUrl }: Parts, { live, env, mailUrl, enomPage, dataDir, told }: Places): string {
  const outside = publicUrl.optional().safeParse(env.CERTFLEET_PUBLIC_URL || undefined).data;
  const onSocket = gatewayUrl.startsWith("unix:");
  const at = (path: string): string => `${outside?.origin ?? gatewayUrl}${pathOf(outside, path)}`;
  const pages = [
    ["Dashboard", at("/")],
    ["API and its documentation", at("/docs")],
    ["Bull Board", at("/queues")],
  ];
  const lines = [
    ...(outside || onSocket ? [["Gateway", gatewayUrl]] : []),
    ...(onSocket && !outside ? [] : pages),
    ...(mailUrl ? [["Mailbox", mailUrl]] : []),
    ...(enomPage ? [["Pretended eNom", enomPage]] : []),
    ["Logs", join(dataDir, "log")],
    ...told,
  ];
  const text = lines.map(([name = "", value = ""]) => `  ${name.padEnd(26)} ${value}`).join("\n");
  const title = live
    ? "Certfleet is up, with the real eNom."
    : "Certfleet is up, with a pretended eNom: nothing here costs money.";
  return `\n${title}\n\n${text}\n\nCtrl-C ends everything.`;
}
