// What a connection to Redis needs beside its address: the login of the Sentinels, and the certificates of TLS.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { z } from "zod";
import { badSettings } from "../base/read-settings.ts";
import { readRedisAddress } from "./address.ts";

const pem = (what: string) =>
  z
    .string()
    .regex(/-----BEGIN [A-Z ]+-----/, `must be ${what} in PEM form; best as a file: NAME_FILE=/path/of/the.pem`);

/** Every process reads them with REDIS_URL; each may be given as NAME_FILE. */
export const redisAccessSettings = {
  REDIS_SENTINEL_USERNAME: z
    .string()
    .optional()
    .describe("The user of the Sentinels, where they have one of their own; `redis+sentinel://` only"),
  REDIS_SENTINEL_PASSWORD: z
    .string()
    .optional()
    .describe("The password of the Sentinels; the one in REDIS_URL is for Redis itself"),
  REDIS_CA: pem("a certificate")
    .optional()
    .describe("The CA that signed the certificate of Redis, PEM; `REDIS_CA_FILE`"),
  REDIS_CERT: pem("a certificate")
    .optional()
    .describe("The certificate that Certfleet shows to Redis, PEM; `REDIS_CERT_FILE`"),
  REDIS_KEY: pem("a private key").optional().describe("The key of that certificate, PEM; `REDIS_KEY_FILE`"),
};

/** Where Redis is, and how to get in. Settings of a process have this shape. */
export interface RedisAccess {
  /** The address; holds the password. */
  REDIS_URL: string;
  REDIS_SENTINEL_USERNAME?: string | undefined;
  REDIS_SENTINEL_PASSWORD?: string | undefined;
  REDIS_CA?: string | undefined;
  REDIS_CERT?: string | undefined;
  REDIS_KEY?: string | undefined;
}

/** The same way in for another Redis: the journal's (CERTFLEET_JOURNAL). */
export function accessTo(url: string, access: Omit<RedisAccess, "REDIS_URL">): RedisAccess {
  const { REDIS_SENTINEL_USERNAME, REDIS_SENTINEL_PASSWORD, REDIS_CA, REDIS_CERT, REDIS_KEY } = access;
  return { REDIS_URL: url, REDIS_SENTINEL_USERNAME, REDIS_SENTINEL_PASSWORD, REDIS_CA, REDIS_CERT, REDIS_KEY };
}

/**
 * What these settings say together. One set is for both, the Redis of the fleet and that of the journal.
 * @param given as they were given: what is wrong by itself is told elsewhere
 * @throws Error of settings that names each contradiction
 */
export function checkRedisAccess(given: Partial<RedisAccess>, env: NodeJS.ProcessEnv): void {
  const { REDIS_CERT: cert, REDIS_KEY: key } = given;
  const problems: string[] = [];
  if (Boolean(cert) !== Boolean(key))
    problems.push("REDIS_CERT and REDIS_KEY (or REDIS_CERT_FILE and REDIS_KEY_FILE): set both, or neither");
  if (given.REDIS_SENTINEL_USERNAME && !given.REDIS_SENTINEL_PASSWORD)
    problems.push("REDIS_SENTINEL_USERNAME: set REDIS_SENTINEL_PASSWORD, too");
  const addresses = [given.REDIS_URL, env.CERTFLEET_JOURNAL].flatMap((text) => (text && readRedisAddress(text)) || []);
  if (addresses.length > 0) {
    const hasSentinels = addresses.some(({ url }) => url.includes("+sentinel://"));
    if (given.REDIS_SENTINEL_PASSWORD && !hasSentinels)
      problems.push("REDIS_SENTINEL_PASSWORD: REDIS_URL names no Sentinels (redis+sentinel://host:26379/master)");
    const named = (["REDIS_CA", "REDIS_CERT", "REDIS_KEY"] as const).filter((name) => given[name]);
    if (named.length > 0 && !addresses.some(({ way }) => way === "tls"))
      problems.push(`${named.join(", ")}: REDIS_URL does not speak TLS; write rediss:// instead of redis://`);
  }
  if (given.REDIS_CA && !isCertificate(given.REDIS_CA))
    problems.push("REDIS_CA: holds no certificate that can be read");
  if (cert && key && !belongTogether(cert, key))
    problems.push("REDIS_KEY: is not the private key of REDIS_CERT, or one of the two cannot be read");
  if (problems.length > 0) throw badSettings(problems);
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}

function belongTogether(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
