// A webhook as it arrives: nothing in it is to be believed before its signature is checked (Standard Webhooks).
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { CertfleetEvent } from "./event.ts";
import { CertfleetError } from "./problem.ts";

/** As Node's `IncomingMessage.headers`, or as fetch has them. */
export type WebhookHeaders = Pick<Headers, "get"> | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The payload is not from the fleet, was changed on its way, or is too old: answer 400 and do nothing. */
export class WebhookRefused extends CertfleetError {
  override name = "WebhookRefused";
}

const SIGNED = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

/**
 * Checks a webhook and answers its event. The same event may come more than once: its `id` tells.
 * @param payload the body as it came, byte for byte: not parsed and written again
 * @param secret  `whsec_…`, as the webhook was made with; several while it is being changed
 * @throws WebhookRefused  a header is missing, no secret fits, older than five minutes, or no event
 * @throws TypeError       the secret is none
 */
export function verifyWebhook(
  payload: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
): CertfleetEvent {
  const signed = Object.fromEntries(SIGNED.map((name) => [name, headerOf(headers, name)]));
  const body = typeof payload === "string" ? payload : Buffer.from(payload);
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (secrets.length === 0) throw new TypeError("verifyWebhook: there is no secret");
  let refused: unknown;
  for (const each of secrets) {
    const webhook = webhookOf(each);
    try {
      return eventIn(webhook.verify(body, signed));
    } catch (error) {
      if (error instanceof WebhookRefused) throw error;
      refused ??= error;
    }
  }
  const why = refused instanceof WebhookVerificationError ? refused.message : "its payload cannot be read";
  throw new WebhookRefused(`The webhook is refused: ${why}`, { cause: refused });
}

function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new TypeError("verifyWebhook: the secret is none of a webhook's; it begins with whsec_"); // without the secret
  }
}

function headerOf(headers: WebhookHeaders, name: string): string {
  if (isFetched(headers)) return headers.get(name) ?? "";
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : (found?.join(" ") ?? "");
}

/** Frameworks bring classes of their own. */
function isFetched(headers: WebhookHeaders): headers is Pick<Headers, "get"> {
  return typeof headers.get === "function";
}

function eventIn(value: unknown): CertfleetEvent {
  const { id, type, timestamp, data } = (value ?? {}) as Partial<CertfleetEvent>;
  if (typeof id === "string" && typeof type === "string" && typeof timestamp === "string" && typeof data === "object")
    return value as CertfleetEvent;
  throw new WebhookRefused("The webhook is refused: it is signed, and holds no event of Certfleet");
}
