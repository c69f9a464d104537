// What people see of a backup and of a restore.
import type { BackupMade, DrillReport, Restored } from "../../../shared/backup/reports.ts";
import { badSettings } from "../../../shared/base/read-settings.ts";
import type { Result } from "../../../shared/base/result.ts";

/** Neither by accident: a backup that nobody can read, and one that everybody can. */
export function mustBeOneWay(recipients: readonly string[], isPlain: boolean): void {
  if (isPlain && recipients.length > 0) throw badSettings(["--plain and a recipient exclude each other"]);
  if (!isPlain && recipients.length === 0)
    throw badSettings([
      "for whom? Make a key with age-keygen -o key.txt, and name its public half: --recipient age1… (or --plain)",
    ]);
}

export function backupResult(made: BackupMade): Result {
  const { file, bytes, at, seconds, keys, certificates, accounts, isEncrypted } = made;
  const lines = [
    `${file ?? "stdout"}: ${shownBytes(bytes)} in ${seconds.toFixed(1)} s, ${isEncrypted ? "encrypted" : "NOT encrypted"}`,
    `as of ${at}: ${keys} keys, ${certificates} orders, journal of ${accounts.length} ${accounts.length === 1 ? "account" : "accounts"}`,
  ];
  const text = lines.join("\n");
  // On stdout is the backup itself.
  return file === null
    ? { ending: "done", text: "", json: undefined, note: text }
    : { ending: "done", text, json: made };
}

export function restoreResult(restored: Restored): Result {
  const {
    file,
    backupAt,
    ageSeconds,
    seconds,
    keys,
    expired,
    certificates,
    accounts,
    risks,
    notConfigured,
    mailsWaiting,
  } = restored;
  const again = accounts.flatMap(({ ordersToSendAgain }) => ordersToSendAgain);
  const ids = accounts.map(({ id }) => id);
  const lines = [
    `${file} of ${backupAt} (${shownAge(ageSeconds)} old) is restored in ${seconds.toFixed(1)} s: ${keys} keys, ${certificates} orders${expired > 0 ? `; ${expired} keys had expired` : ""}.`,
    ...accounts
      .filter(({ steps }) => steps > 0)
      .map(({ id, steps }) => `Account ${id}: ${steps} steps were added from the journal.`),
    ...(again.length > 0
      ? [`The ledger knows these orders, and their text is lost. Send them again, unchanged: ${again.join(", ")}`]
      : []),
    ...risks.map((risk) => `The new Redis: ${risk}`),
    ...accountsText(ids, notConfigured),
    ...(mailsWaiting > 0
      ? [
          `${mailsWaiting} mails had not gone out when the backup was made. They go when all is compared, some of them a second time, with the same Message-ID.`,
        ]
      : []),
    "Nothing is bought or changed at eNom yet, and no mail goes to a customer, until all accounts are compared. Next:",
    "1. Start gateway and workers. What was ordered since the backup is sent again, with the same references.",
    "2. Cancel again what was cancelled since the backup: eNom does not show a cancellation. Only what it has refunded is found by the comparison; everything else would be bought, reissued or renewed again.",
    `3. Compare each account with eNom, once its time to settle is over: ${
      ids.length > 0
        ? ids.map((id) => `certfleet ledger thaw ${id} --reason "restored"`).join("; ")
        : 'certfleet ledger thaw ACCOUNT --reason "restored"'
    }`,
    "4. certfleet ledger prove must end with 0 unmatched.",
    "Every step: docs/howto/backup-and-restore.md",
  ];
  return { ending: "done", text: lines.join("\n"), json: restored };
}

/** One that nobody can compare holds up all the others: it must not be overlooked. */
function accountsText(ids: readonly string[], notConfigured: readonly string[] | null): string[] {
  if (ids.length === 0) return [];
  if (notConfigured === null)
    return [`The backup has the accounts ${ids.join(", ")}: all of them must be in certfleet.yaml.`];
  if (notConfigured.length === 0) return [];
  return [
    `NOT CONFIGURED: ${notConfigured.join(", ")}. The backup has them, and certfleet.yaml here does not. Until they are compared nothing is bought on any account.`,
    '   Put them back, or state why not: certfleet ledger thaw ACCOUNT --without-comparing --reason "…"',
  ];
}

/** Failed where eNom's books and the orders do not agree. */
export function drillResult(report: DrillReport): Result {
  const { steps, before, after, soldBefore, sold, lost, double, recoverySeconds, backupBytes, proof } = report;
  const widest = Math.max(...steps.map(({ name }) => name.length));
  const text = [
    ...steps.map(({ name, seconds, detail }) =>
      `${name.padEnd(widest)}  ${seconds.toFixed(1).padStart(6)} s  ${detail}`.trimEnd(),
    ),
    `Orders: ${before} before the backup (${shownBytes(backupBytes)}), ${after} that it does not know, 1 behind the restore.`,
    `Certificates at the pretended eNom: ${soldBefore} before the loss, ${sold} in the end. Lost: ${lost}. Bought twice: ${double}.`,
    `From the loss until a new order is issued: ${recoverySeconds.toFixed(1)} s. ledger prove: ${proof}`,
  ].join("\n");
  const isWell = lost === 0 && double === 0 && /\b0 unmatched\b/.test(proof);
  return { ending: isWell ? "done" : "failed", text, json: report };
}

export function shownBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1_000)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

export function shownAge(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
