// A configuration file with the account of ENOM_*, with a budget that nobody has to wait for, and without caps: stories and
// storms buy hundreds of certificates at once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnomSwitches } from "../../src/shared/enom/switches.ts";

/**
 * Writes it into the folder, with the root that this eNom's chains end at. Answers its path, for CERTFLEET_CONFIG.
 * `department`: the operator mailbox. `enom`: what this eNom does otherwise than documented.
 */
export function quickAccount(
  folder: string,
  apiUrl: string,
  rootPem?: string,
  department?: string,
  enom: Partial<EnomSwitches> = {},
): string {
  const file = join(folder, "certfleet.yaml");
  const login = `username: "\${ENOM_USERNAME}", password: "\${ENOM_PASSWORD}"`;
  writeFileSync(
    file,
    `${rootPem ? `roots: [${JSON.stringify(rootPem)}]\n` : ""}accounts:\n  - { id: main, name: eNom, apiUrl: "${apiUrl}", ${login}, ${department ? `department: ${department}, ` : ""}requestsPerSecond: 1000, enom: ${JSON.stringify(enom)}, purchasing: { perHour: none, perDay: none } }\n`,
  );
  return file;
}
