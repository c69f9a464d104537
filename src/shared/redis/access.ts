// What a connection to Redis needs beside its address: the login of the Sentinels, and the certificates of TLS.
import { z } from "zod";

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
