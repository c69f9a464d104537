// Settings of whatever runs as a process of its own: how it stops, where it tells its health, where its traces go.
import { z } from "zod";
import { must } from "../base/fault.ts";

/** Every process that runs: gateway and workers. */
export const processSettings = {
  CERTFLEET_DRAIN_SECONDS: z.coerce
    .number()
    .positive("must be a number of seconds above 0")
    .default(25)
    .describe(
      "How long a stop may take in all: the step in hand is finished, then the process ends; after that time it ends all the same. Whoever runs it must wait longer before SIGKILL",
    ),
  CERTFLEET_HEALTH_PORT: z.coerce
    .number("must be a port, 1 to 65535")
    .int()
    .min(0, "must be a port, 1 to 65535")
    .max(65_535, "must be a port, 1 to 65535")
    .optional()
    .describe(
      "The port of a process' own `/livez`, `/readyz` and `/metrics`, without a key; `0`: any free one, which is logged; not set: none. Each process of a machine needs one of its own",
    ),
  CERTFLEET_HEALTH_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("The address on which they listen. They tell no names of customers or domains"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url(must("must be the address of an OpenTelemetry collector, such as http://127.0.0.1:4318"))
    .optional()
    .describe("An OpenTelemetry collector (OTLP over HTTP): traces are sent there; not set: none are made"),
};
