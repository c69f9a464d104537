// What `account add` says at its end: where the account stands, when the workers have it, what eNom answered.
import type { ConnectionCheck } from "../../../shared/account/connection-check.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { variablesOf } from "../../../shared/config/fleet-file.ts";
import type { NewAccount, Written } from "./add-file.ts";

/** What a connection check says of the account. */
export type Checked = Pick<ConnectionCheck, "ok" | "message" | "advice"> & { state: "well" | "refused" | "away" };

export interface Added {
  account: NewAccount;
  path: string;
  /** Undefined: eNom was not asked. */
  found: Checked | undefined;
  /** A person has read what eNom answered. */
  wasTold: boolean;
  /** Talk, a paragraph each. */
  notes: readonly string[];
}

export function addedResult({ account, path, found, wasTold, notes }: Added): Result {
  const check = found === undefined ? ["The connection was not checked."] : wasTold ? [] : [told(found).join(" ")];
  return {
    ending: "done",
    text: [`Account ${account.id} is in ${path}.`, adoption(account), ...check].join("\n"),
    json: { account: account.id, file: path, check: found ?? null },
    ...(notes.length > 0 && { note: notes.join("\n") }),
  };
}

export function told({ ok, message, advice }: Checked): string[] {
  return [`${ok ? "✓" : "✗"} ${message}`, ...(advice ? [`  → ${advice}`] : [])];
}

export function notKept(found: Checked, id: string, wasTold: boolean): Result {
  const hint = "Nothing is written. --keep-on-failure keeps the account all the same, --skip-check asks nobody.";
  const note = wasTold ? ["Nothing is written."] : [...told(found), hint];
  return failure(found.state === "away" ? "later" : "failed", note.join("\n"), { account: id, check: found });
}

/** A process has the environment that it was started with: of a variable it learns by a restart alone. */
function adoption({ username, password = "" }: NewAccount): string {
  const names = variablesOf({ username: `${username}`, password: `${password}` }).join(" and ");
  return names === ""
    ? "Workers that run with this file take it over within seconds."
    : `Restart open, reissue and balance-poll with ${names} set: until then those that run without refuse the file, this change and each later one, and go on with the version before.`;
}

/**
 * Of a file that holds the password: everybody can read it, or it is new and root's alone, so that workers who are somebody else cannot.
 * Who runs the workers is not known here.
 */
export function aboutRights(path: string, { isNew, mode, uid }: Written): string[] {
  const rights = mode.toString(8).padStart(4, "0");
  if (mode & 0o004)
    return [
      `The password is in ${path}, which everybody on this machine can read (${rights}). Narrow it:`,
      `chmod 600 ${path} where the workers run as its owner, chmod 640 ${path} where they run as its group.`,
    ];
  if (isNew && uid === 0)
    return [
      `The password is in ${path}, which root alone can read (${rights}). Where the workers run as another user, give it to them:`,
      `chown USER ${path}`,
    ];
  return [];
}
