// Shows a story as it goes on: lines that stay, and in a terminal a last one that tells where it stands.
import { styleText } from "node:util";
import logUpdate from "log-update";
import type { News } from "./chronicle.ts";

export interface Screen {
  tell(news: News): void;
  /** Where it stands now; shown in a terminal only. */
  stand(text: string): void;
  end(): void;
}

export function screenOn(out: NodeJS.WriteStream): Screen {
  if (!out.isTTY) return { tell: (news) => void out.write(`${line(news)}\n`), stand: () => {}, end: () => {} };
  return {
    tell: (news) => logUpdate.persist(news.kind === "certificate" ? styleText("green", line(news)) : line(news)),
    stand: (text) => logUpdate(styleText("bold", text)),
    end: () => logUpdate.clear(),
  };
}

function line({ at, text }: News): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")}  ${text}`;
}
