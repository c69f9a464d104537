// Drop-ins of the units, for secrets that only some fleets have: systemd refuses to start a unit that loads a file which is not there.
import type { Extras, Reader } from "./extras.ts";
import type { PlannedFile } from "./layout.ts";

const UNITS: Readonly<Record<Reader, string>> = {
  every: "certfleet-.service",
  gateway: "certfleet-gateway.service",
  notify: "certfleet-notify@.service",
};
/** Whoever reads the money journal. */
const JOURNAL_UNITS = ["certfleet-open@.service", "certfleet-reissue@.service", "certfleet-backup.service"];

/** To be copied to /etc/systemd/system; they name files below /etc/certfleet. */
export function dropIns({ secrets }: Pick<Extras, "secrets">, isJournalInRedis: boolean): PlannedFile[] {
  const readers = (Object.keys(UNITS) as Reader[]).filter((each) => secrets.some(({ reader }) => reader === each));
  return [
    ...readers.map((each) => {
      const own = secrets.filter(({ reader }) => reader === each);
      return dropIn(
        UNITS[each],
        own.flatMap(({ setting, name }) => [load(name), `Environment=${setting}_FILE=%d/${name}`]),
      );
    }),
    ...(isJournalInRedis ? JOURNAL_UNITS : []).map((unit) =>
      dropIn(unit, [
        load("journal_url"),
        "# Instead of the folder.",
        "Environment=CERTFLEET_JOURNAL= CERTFLEET_JOURNAL_FILE=%d/journal_url",
      ]),
    ),
  ];
}

function load(name: string): string {
  return `LoadCredential=${name}:/etc/certfleet/secrets/${name}`;
}

function dropIn(unit: string, lines: readonly string[]): PlannedFile {
  const text = ['# Written by "certfleet init". It holds no secret.', "[Service]", ...lines].join("\n");
  return { path: `systemd/${unit}.d/20-secrets.conf`, text: `${text}\n`, mode: 0o644 };
}
