// The endpoints of certfleet.yaml: made known to the fleet by the workers of `webhook`, which alone know their secrets.
import { badSettings } from "../../shared/base/read-settings.ts";
import { type FleetFile, fillIn, textOf } from "../../shared/config/fleet-file.ts";
import { type Endpoint, secretFault } from "../../shared/webhooks/endpoint.ts";
import { secretTexts, type WebhookEntry } from "../../shared/webhooks/file-entry.ts";
import type { WebhookStore } from "../../shared/webhooks/store.ts";

/** By the endpoint's name, the newest first. */
export type FileSecrets = ReadonlyMap<string, readonly string[]>;

/** @throws Error that names every secret that is not set or cannot sign, and shows none */
export function fileSecrets(file: Pick<FleetFile, "webhooks" | "whereIs">, env: NodeJS.ProcessEnv): FileSecrets {
  return new Map(file.webhooks.map((entry, i) => [entry.id, secretsIn(entry, file.whereIs(["webhooks", i]), env)]));
}

function secretsIn(entry: WebhookEntry, place: string, env: NodeJS.ProcessEnv): string[] {
  const where = `${place}: the secret of the webhook ${entry.id}`;
  const lines = (textOf(entry.secretFile, `${place}: the secretFile of the webhook ${entry.id}`) ?? "").split("\n");
  const given = secretTexts(entry).map((text) => fillIn(text, env, where));
  const secrets = [...given, ...lines].map((text) => text.trim()).filter((text) => text !== "");
  if (secrets.length === 0) throw badSettings([`${where} is empty`]);
  const fault = secrets.map(secretFault).find((each) => each !== undefined);
  if (fault !== undefined) throw badSettings([`${where} ${fault}`]);
  return secrets;
}

/**
 * Makes the file's endpoints known. One that left the file is switched off and kept with what waits for it: put back
 * within thirty days, it goes on from there. An endpoint that the API made under the same name becomes the file's.
 */
export async function publishEndpoints(
  { webhooks }: Pick<FleetFile, "webhooks">,
  { store, now }: { store: WebhookStore; now: Date },
): Promise<void> {
  const known = new Map((await store.all()).map((each) => [each.id, each]));
  for (const { id, url, events, allowPrivate } of webhooks) {
    await store.put(id, { url, events, allowPrivate }, now);
    if (known.get(id)?.disabledBecause === "removed") await store.switchOn(id, now);
  }
  const named = new Set(webhooks.map(({ id }) => id));
  for (const endpoint of known.values())
    if (isLeft(endpoint, named)) await store.switchOff(endpoint.id, "removed", now);
}

function isLeft({ id, source, disabledBecause }: Endpoint, named: ReadonlySet<string>): boolean {
  return source === "file" && !named.has(id) && disabledBecause !== "removed";
}
