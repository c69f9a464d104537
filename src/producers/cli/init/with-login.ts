// Addresses with their login: nobody has to encode a password by hand.
import { readRedisAddress } from "../../../shared/redis/address.ts";

interface Login {
  user?: string | undefined;
  password?: string | undefined;
}

/** `smtp://user:password@host:587`, or the address as it is when there is no user. */
export function mailUrl(server: string, { user, password }: Login): string {
  return user === undefined ? server : inFront(server, `${encoded(user)}:${encoded(password ?? "")}`);
}

/** The same of a Redis in all its forms; a socket has its login in the query. */
export function redisUrlWith(address: string, { user, password }: Login): string {
  if (password === undefined && user === undefined) return address;
  const place = readRedisAddress(address)?.url ?? address; // one spelling: a socket is its path
  if (place.startsWith("/")) {
    const query = [user && `username=${encoded(user)}`, password && `password=${encoded(password)}`];
    return `unix:${place}${place.includes("?") ? "&" : "?"}${query.filter(Boolean).join("&")}`;
  }
  return inFront(place, `${encoded(user ?? "")}:${encoded(password ?? "")}`);
}

function inFront(address: string, login: string): string {
  return address.replace(/^([a-z+]+:\/\/)(?:[^@/]*@)?/, (_all, scheme: string) => `${scheme}${login}@`);
}

/** `!'()*` as well, which mean something in some readers of addresses. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
