// Checks the mail text of your own in this folder and shows a mail as it would be sent.
//
//   node examples/own-template/preview.mjs [MAIL]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const mail = process.argv[2] ?? "certificate-ordered";
const certfleet = fileURLToPath(new URL("../../bin/certfleet", import.meta.url));
const cwd = fileURLToPath(new URL(".", import.meta.url)); // certfleet.yaml names ./templates

for (const words of [
  ["template", "lint"],
  ["template", "preview", mail],
]) {
  const { status } = spawnSync(process.execPath, [certfleet, ...words], { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
