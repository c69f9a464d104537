// One login at eNom, whatever the accounts are called that have it: the host of its API and its user name.

/** Hosts and user names mean the same in any case. Ledgers are bound to this text: it never changes. */
export function enomLogin({ apiUrl, username }: { apiUrl: string; username: string }): string {
  return `${URL.parse(apiUrl)?.hostname ?? apiUrl} ${username.toLowerCase()}`;
}
