// A configuration file with the account of ENOM_*, with a budget that nobody has to wait for, and without caps: stories and
// storms buy hundreds of certificates at once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes it into the folder, with the root that this eNom's chains end at. Answers its path, for CERTFLEET_CONFIG.
 * `department`: the operator mailbox.
 */
export function quickAccount(folder: string, apiUrl: string, rootPem?: string, department?: string): string {
  const file = join(folder, "certfleet.yaml");
  const login = `username: "\${ENOM_USERNAME}", password: "\${ENOM_PASSWORD}"`;
  writeFileSync(
    file,
    `${rootPem ? `roots: [${JSON.stringify(rootPem)}]\n` : ""}accounts:\n  - { id: main, name: eNom, apiUrl: "${apiUrl}", ${login}, ${department ? `department: ${department}, ` : ""}requestsPerSecond: 1000, purchasing: { perHour: none, perDay: none } }\n`,
  );
  return file;
}
