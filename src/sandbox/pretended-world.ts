// What the sandbox has in place of the outside: an eNom, a mailbox, and the table of its samples. Its packages are installed for development only.
import { join } from "node:path";
import type { Lifecycle } from "../shared/base/lifecycle.ts";
import { type SandboxEnom, startSandboxEnom } from "./enom/server.ts";
import { freePort } from "./free-port.ts";
import { type MailCatcher, startMailCatcher } from "./mail/catcher.ts";
import { type Progress, showProgress } from "./progress.ts";

const TIMINGS = { processingMs: 500, ownerMs: 500, issueMs: 300 };

export interface PretendedWorld {
  enom: SandboxEnom;
  mail: MailCatcher;
  progress: Progress;
}

/** Both are closed with `life`. */
export async function pretendedWorld(dataDir: string, life: Pick<Lifecycle, "add">): Promise<PretendedWorld> {
  const [enom, mail] = await Promise.all([
    startSandboxEnom({ dataDir: join(dataDir, "enom"), port: await freePort(3050), timings: TIMINGS }),
    startMailCatcher({ webPort: await freePort(3025) }),
  ]);
  enom.books.setBalance("5000.00"); // every start begins with full pockets
  life.add("enom", enom.close);
  life.add("mail", mail.close);
  return { enom, mail, progress: showProgress(process.stdout) };
}
