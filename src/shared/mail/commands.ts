// Commands within a sentence, which a reader pastes: they are neither broken into two lines nor lost among words.

/** Up to the semicolon or the end, as attention.ts writes them; and a request with its path. */
const COMMAND = /\b(?:certfleet|getent) [a-z](?:"[^"]*"|[^";])*(?<! )|\b(?:PATCH|POST) \/[^\s(),;]*[^\s(),;.]/g;

export interface Piece {
  words: string;
  isCommand: boolean;
}

/** The text, taken apart: put together again it is the same. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: command, index } of text.matchAll(COMMAND)) {
    if (index > end) pieces.push({ words: text.slice(end, index), isCommand: false });
    pieces.push({ words: command, isCommand: true });
    end = index + command.length;
  }
  if (end < text.length) pieces.push({ words: text.slice(end), isCommand: false });
  return pieces;
}
