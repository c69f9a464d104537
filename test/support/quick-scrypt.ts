// Passwords are hashed with little work: for stories about who comes in, not about the hash. Called at the top of a test file.
import crypto, { type BinaryLike, type ScryptOptions } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeAll } from "vitest";

/** As little as the least hash of our tests was made with, so that this one stays readable. */
const LITTLE = 1_024;
type Done = (error: Error | null, key: Buffer) => void;

/** A hash says the parameters of production all the same: one that was made here fits only here. */
export function quickScrypt(): void {
  const real = crypto.scrypt;
  const quick = (
    password: BinaryLike,
    salt: BinaryLike,
    bytes: number,
    { N = LITTLE, ...options }: ScryptOptions,
    done: Done,
  ) => real(password, salt, bytes, { ...options, N: Math.min(N, LITTLE), ...(N > LITTLE && { p: 1 }) }, done);
  const put = (scrypt: typeof real): void => {
    crypto.scrypt = scrypt;
    syncBuiltinESMExports();
  };
  beforeAll(() => put(quick as typeof real));
  afterAll(() => put(real));
}
