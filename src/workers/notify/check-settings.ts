// What is wrong with the settings of mails that only their own readers see: the form of an address, half a signature.
import { badSettings, checkTogether, settingsAsGiven } from "../../shared/base/read-settings.ts";
import { mailSettings } from "../../shared/config/settings.ts";
import { readDkim } from "./dkim.ts";
import { readFrom, readRelay } from "./relay.ts";

/** What is not set is told by whoever needs it. @throws Error that lists every setting that is wrong */
export function checkMailSettings(env: NodeJS.ProcessEnv): void {
  const { SMTP_URL: url, MAIL_FROM: from, ...dkim } = settingsAsGiven(mailSettings, env);
  checkTogether(
    () => url && toldBy(() => readRelay(url)),
    () => from && toldBy(() => readFrom(from)),
    () => readDkim(dkim),
  );
}

/** Their sentences name the setting and never repeat its value. */
function toldBy(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    throw badSettings([error instanceof Error ? error.message : String(error)]);
  }
}
