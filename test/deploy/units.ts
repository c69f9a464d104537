// Reads units as systemd does: the unit first, then the drop-ins that its name has; lists grow, an empty value clears them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const folder = join(import.meta.dirname, "../../deploy/systemd");

/** Every value of a setting, in order, such as `Service.Environment`. */
export type Unit = Record<string, string[]>;

/** `more`: a folder with drop-ins of its own, such as `certfleet init` writes. */
export function readUnit(file: string, more?: string): Unit {
  const unit = parsed(readFileSync(join(folder, file), "utf8"));
  const isOurs = /^certfleet-.+\.service$/.test(file);
  const own =
    more === undefined ? [] : [`certfleet-.service.d`, `${file}.d`].map((name) => join(more, name, "20-secrets.conf"));
  for (const dropIn of [join(folder, "certfleet-.service.d/10-common.conf"), ...own].filter(
    (each) => isOurs && existsSync(each),
  ))
    for (const [name, values] of Object.entries(parsed(readFileSync(dropIn, "utf8"))))
      unit[name] = [...(unit[name] ?? []), ...values];
  return unit;
}

/** The last value, which counts where a setting has one. */
export function lastOf(unit: Unit, name: string): string | undefined {
  return unit[`Service.${name}`]?.at(-1);
}

/** `Environment=` as it is for one instance; `%d` is the folder of the credentials. */
export function environmentOf(unit: Unit, { instance, credentials }: { instance: string; credentials: string }) {
  const words = (unit["Service.Environment"] ?? []).flatMap((line) => line.split(" "));
  const entries = words.map((word) => {
    const [name = "", ...value] = word.split("=");
    return [name, value.join("=").replaceAll("%i", instance).replaceAll("%d", credentials)] as const;
  });
  return Object.fromEntries(entries);
}

/** Its credentials by name: the file of each. */
export function credentialsOf(unit: Unit): Record<string, string> {
  const entries = (unit["Service.LoadCredential"] ?? []).map((line) => line.split(":") as [string, string]);
  return Object.fromEntries(entries);
}

function parsed(text: string): Unit {
  const unit: Unit = {};
  let section = "";
  for (const line of text.split("\n")) {
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const key = `${section}.${name}`;
    unit[key] = [...(unit[key] ?? []), value ?? ""];
  }
  return unit;
}
