// Hashes passwords with scrypt (RFC 7914) and compares them; the parameters stand in the hash, so that they may grow.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { Unavailable } from "../../base/errors.ts";
import { isPossiblePassword, normalPassword } from "./password-rules.ts";

/** 32 MB and some 0.2 s of one core a guess; as strong as OWASP's first choice for scrypt, with a quarter of its memory. */
const NOW = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Redis is not trusted to ask for more work than this. */
const MOST_LN = 18;

/** Node's four helper threads serve DNS and files as well: a flood of sign-ins gets two of them, and has to queue. */
const AT_ONCE = 2;
const MOST_WAITING = 20;
const BUSY_SECONDS = 3;

let running = 0;
const waiting: (() => void)[] = [];

/** `$scrypt$ln=15,r=8,p=3$salt$hash` (PHC string format). @throws Unavailable while too many wait for theirs */
export function hashPassword(password: string, salt = randomBytes(SALT_BYTES)): Promise<string> {
  return inTurn(async () => written(NOW, salt, await derive(password, salt, NOW)));
}

/**
 * Whether a password fits. Without a hash (nobody has this name) the same work is done, and the answer is no.
 * @throws Unavailable while too many wait for theirs
 */
export async function fitsPassword(password: string, hash: string | undefined): Promise<boolean> {
  const read = hash === undefined ? undefined : parse(hash);
  const { cost, salt, key } = read ?? { cost: NOW, salt: NOBODY, key: Buffer.alloc(HASH_BYTES) };
  const text = isPossiblePassword(password) ? password : "";
  const derived = await inTurn(() => derive(text, salt, cost));
  return timingSafeEqual(derived, key) && read !== undefined && text !== "";
}

/** Made with other parameters than today's: made anew at the next sign-in. */
export function isOutdated(hash: string): boolean {
  const cost = parse(hash)?.cost;
  return cost?.ln !== NOW.ln || cost.r !== NOW.r || cost.p !== NOW.p;
}

const NOBODY = randomBytes(SALT_BYTES);

type Cost = typeof NOW;

function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r + 1_048_576 };
  return new Promise((resolve, reject) =>
    scrypt(normalPassword(password), salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key))),
  );
}

function written({ ln, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(key)}`;
}

function parse(hash: string): { cost: Cost; salt: Buffer; key: Buffer } | undefined {
  const found = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
  if (!found) return undefined;
  const [ln = 0, r = 0, p = 0] = found.slice(1, 4).map(Number);
  const key = Buffer.from(found[5] ?? "", "base64");
  if (ln < 1 || ln > MOST_LN || r < 1 || p < 1 || key.length !== HASH_BYTES) return undefined;
  return { cost: { ln, r, p }, salt: Buffer.from(found[4] ?? "", "base64"), key };
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING)
      throw new Unavailable("Too many people sign in at this moment. Try again in some seconds.", {
        retryAfterSeconds: BUSY_SECONDS,
      });
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
