// The settings of the gateway's door: where it listens, who may open its socket, where it is reached and through whom.
import { z } from "zod";
import { publicUrl } from "./public-url.ts";
import { trustedProxies } from "./trusted-proxies.ts";

export const doorSettings = {
  HOST: z
    .string()
    .refine((host) => !host.startsWith("unix:") || host.startsWith("unix:/"), "must be unix:/path, with a whole path")
    .default("127.0.0.1")
    .describe("Address it listens on, or `unix:/path`; other than loopback only with an API key"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe("Port it listens on"),
  CERTFLEET_SOCKET_MODE: z
    .string()
    .regex(/^0?[0-7]{3}$/, "must be rights such as 0660")
    .default("0660")
    .describe("Rights of the Unix socket: without an API key, who may open it may do everything"),
  CERTFLEET_PUBLIC_URL: publicUrl
    .optional()
    .describe(
      "Where it is reached from outside, such as `https://fleet.example.com/certs`: all links, redirects and cookies follow it. [Behind a proxy](../howto/behind-a-proxy.md)",
    ),
  CERTFLEET_TRUSTED_PROXIES: trustedProxies
    .optional()
    .describe(
      "Proxies whose `X-Forwarded-For`, `X-Forwarded-Host` and `X-Forwarded-Proto` are believed: addresses, networks and `unix`, with commas; not set: none",
    ),
};
