// A process for tests to kill: appends line after line and prints the seq of each that was acknowledged.
import { openJournal } from "../../../src/workers/journal/open.ts";
import { line } from "./line.ts";

const [location = "", prefix = "", reference = "", count = "Infinity"] = process.argv.slice(2);
const journal = await openJournal(location, prefix);
for (let seq = 1; seq <= Number(count); seq++) {
  const said = await journal.append(line(seq, { reference })).then(
    () => `${seq}\n`,
    (error: Error) => `${error.name}\n`,
  );
  process.stdout.write(said);
}
await journal.close();
