// Secrets of endpoints as they lie in Redis: sealed with a key that Redis never sees, where the fleet has one. A copy of
// Redis, or a backup of it, signs nothing then.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { readSettings } from "../base/read-settings.ts";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** `sealed:` key name `:` base64url of iv, tag and text. */
const SEALED = /^sealed:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/;

const FORM = "must be 32 random bytes in base64 (openssl rand -base64 32), or several of them with a blank between";

export const sealingSettings = {
  CERTFLEET_WEBHOOK_KEY: z
    .string()
    .refine((text) => keysIn(text) !== undefined, FORM)
    .optional()
    .describe(
      "Seals the secrets of webhooks that the API makes (AES-256-GCM), 32 random bytes in base64; the same for gateway, command line and `webhook`. Several with a blank between while you rotate: the first seals, each opens. Best as `CERTFLEET_WEBHOOK_KEY_FILE`",
    ),
};

export interface Sealer {
  /** Whether there is a key; without one a secret is kept as it is. */
  seals: boolean;
  seal(endpoint: string, secret: string): string;
  /** Undefined where it was sealed with a key that is not known here, or for another endpoint. One that was never sealed is as it is. */
  open(endpoint: string, kept: string): string | undefined;
}

export function isSealed(kept: string): boolean {
  return SEALED.test(kept);
}

/** @throws Error where the setting is wrong, which it does not show */
export function openSealer(env: NodeJS.ProcessEnv): Sealer {
  const { CERTFLEET_WEBHOOK_KEY = "" } = readSettings(sealingSettings, env);
  const keys = new Map((keysIn(CERTFLEET_WEBHOOK_KEY) ?? []).map((key) => [nameOf(key), key]));
  const [first] = keys;
  return {
    seals: first !== undefined,
    seal(endpoint, secret) {
      if (!first) return secret;
      const [name, key] = first;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(endpoint));
      const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return `sealed:${name}:${Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url")}`;
    },
    open(endpoint, kept) {
      const [, name, text] = SEALED.exec(kept) ?? [];
      if (name === undefined || text === undefined) return kept;
      const key = keys.get(name);
      return key && decipher(key, endpoint, Buffer.from(text, "base64url"));
    },
  };
}

function decipher(key: Buffer, endpoint: string, sealed: Buffer): string | undefined {
  const iv = sealed.subarray(0, IV_BYTES);
  const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  try {
    const opened = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
    opened.setAAD(Buffer.from(endpoint)).setAuthTag(tag);
    const text = sealed.subarray(IV_BYTES + TAG_BYTES);
    return Buffer.concat([opened.update(text), opened.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Undefined where one of them is no key. */
function keysIn(text: string): Buffer[] | undefined {
  const keys = text
    .split(/\s+/)
    .filter((each) => each !== "")
    .map((each) => ({ each, key: Buffer.from(each, "base64") }));
  const isRight = keys.every(({ each, key }) => key.length === KEY_BYTES && key.toString("base64") === each);
  return isRight ? keys.map(({ key }) => key) : undefined;
}

/** Tells keys apart without telling anything of them. */
function nameOf(key: Buffer): string {
  return createHash("sha256").update("certfleet webhook key").update(key).digest("hex").slice(0, 8);
}
