// One logger, one list of secrets: a line is a fact with an event name, its identities and its numbers with their unit.
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { traceFields } from "./tracing/current.ts";
import { requestFields } from "./tracing/current-request.ts";

export type Log = Logger;

const SECRETS = [
  "password",
  "pw",
  "uid",
  "csr",
  "privateKey",
  "authorization",
  "apiKey",
  "token",
  "smtpUrl",
  "redisUrl",
];

/**
 * Logs JSON lines to `destination` (default stderr: stdout belongs to results). pino's `*` reaches one level, so
 * records stay flat.
 */
export function createLog(level: string, part: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: { part, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      mixin: () => ({ ...requestFields(), ...traceFields() }),
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        err: ({ name, message, stack, code }: Error & { code?: unknown }) => ({ name, message, stack, code }),
      },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
