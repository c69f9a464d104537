// The address of eNom's interface, checked before anything is sent to it.

/**
 * The URL of one account's API: https (http only on loopback, for the pretended eNom), without user info, query and fragment.
 * `http://localhost` becomes `http://127.0.0.1`: a name may be resolved to another machine (RFC 6761, 6.3), and no certificate
 * would tell.
 * @throws Error that lists everything wrong with it and shows nothing of it, since it may hold a password.
 */
export function checkedApiUrl(text: string, account: string): URL {
  const faults = URL.canParse(text) ? faultsOf(new URL(text)) : ["it is no URL"];
  if (faults.length > 0) throw new Error(`the eNom API URL of account ${account} is wrong: ${faults.join(", ")}`);
  const url = new URL(text);
  if (url.protocol === "http:" && url.hostname === "localhost") url.hostname = "127.0.0.1";
  return url;
}

/** The URL parser has made one form of `127.1`, `0x7f.1` and `LOCALHOST` before. A name's last dot fits no certificate (RFC 6066, 3). */
function faultsOf(url: URL): string[] {
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const secure = url.protocol === "https:" || (url.protocol === "http:" && loopback);
  return [
    secure ? "" : "it must begin with https:",
    url.hostname.endsWith(".") ? "its host must not end with a dot" : "",
    url.username || url.password ? "it must not hold a user name or password" : "",
    url.search ? "it must not hold a query" : "",
    url.hash ? "it must not hold a fragment" : "",
  ].filter((fault) => fault !== "");
}
