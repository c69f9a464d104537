// Where the program itself is, for who starts it again as a process of its own: in a checkout the source, in the installed
// package what was made of it.
import { extname, resolve } from "node:path";

/** `.ts` in a checkout, `.js` in a package. */
const kind = extname(import.meta.filename);

export const PROGRAM = resolve(import.meta.dirname, `../../main${kind}`);

/** Installed as a package of somebody's project: what lies beside the program is thrown away with the next installation. */
export const isPackage = kind === ".js";

/** What starts a fleet on one machine. */
export const START = isPackage ? "certfleet start" : "npm start";

/** What only the sandbox needs is not installed in production. */
export const SANDBOX_LACKS = `The sandbox needs packages that are not installed here${
  isPackage
    ? ": npm install --save-dev smtp-server postal-mime cli-table3 log-update. For a real fleet set ENOM_USERNAME."
    : ", its development packages: run npm ci."
}`;
