// Certificates that the operator adds in certfleet.yaml: roots that chains may end at, and what completes a chain.
import { z } from "zod";

/** Each is the path of a PEM file, or the PEM itself. */
const files = (description: string, example: string) =>
  z
    .array(z.string().min(1))
    .default([])
    .meta({ description, examples: [[example]] });

export const certificateFiles = {
  roots: files(
    "Root certificates that chains may end at, beside those of Node and NODE_EXTRA_CA_CERTS: PEM files, or PEM",
    "/etc/certfleet/roots.pem",
  ),
  intermediates: files(
    "Intermediate certificates that complete a chain of which eNom does not send all: PEM files, or PEM",
    "/etc/certfleet/intermediates.pem",
  ),
};
