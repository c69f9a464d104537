// Which passwords a console user may have: long ones that are not among the first guesses (NIST SP 800-63B-4, 3.1.1.2).

/** Counted in characters, as people do. */
const FEWEST = 12;
/** A longer one would only cost the gateway work. */
const MOST_BYTES = 1_024;

/** What is left of popular passwords once digits and signs at both ends are off; all others are too short anyway. */
const COMMON = [
  ...["password", "passwort", "passwd", "contraseña", "пароль", "qwerty", "qwertz", "azerty", "letmein", "iloveyou"],
  ...[
    "welcome",
    "admin",
    "administrator",
    "certfleet",
    "changeme",
    "secret",
    "monkey",
    "dragon",
    "football",
    "baseball",
  ],
  ...[
    "superman",
    "batman",
    "trustno",
    "sunshine",
    "princess",
    "master",
    "starwars",
    "whatever",
    "computer",
    "internet",
  ],
];
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "01234567890123456789",
];

/** One form for all keyboards: what looks the same is the same (NFKC, as NIST asks for). */
export function normalPassword(text: string): string {
  return text.normalize("NFKC");
}

/** Whether a text is worth the work of comparing it: nothing that is longer was ever kept. */
export function isPossiblePassword(text: string): boolean {
  return text !== "" && Buffer.byteLength(normalPassword(text)) <= MOST_BYTES;
}

/** What is wrong with a new password, as a sentence; undefined where nothing is. Never quotes it. */
export function passwordFault(text: string, name: string): string | undefined {
  const password = normalPassword(text);
  if (/\p{Cc}/u.test(password)) return "The password must not have control characters or line breaks.";
  if ([...password].length < FEWEST)
    return `The password must have at least ${FEWEST} characters. A few random words are good.`;
  if (Buffer.byteLength(password) > MOST_BYTES) return `The password must have at most ${MOST_BYTES} bytes.`;
  if (isGuessable(password.toLowerCase(), name.toLowerCase()))
    return "The password is too easy to guess: it is a common one, the user's name, or one pattern repeated.";
  return undefined;
}

function isGuessable(password: string, name: string): boolean {
  const core = password.replace(/[\p{N}\p{P}\p{S}\s]+/gu, "");
  const bare = unrepeated(core);
  const nameCore = name.replace(/[^a-z]+/g, "");
  return (
    unrepeated(password).length <= 4 ||
    COMMON.some((word) => bare === word || bare === `my${word}`) ||
    (bare !== "" && bare === unrepeated(nameCore)) ||
    ROWS.some((row) => (row + row).includes(password) || [...(row + row)].reverse().join("").includes(password))
  );
}

/** `ab` of `ababab`: the shortest piece that the text repeats. */
function unrepeated(text: string): string {
  const at = (text + text).indexOf(text, 1);
  return at > 0 && text.length % at === 0 ? text.slice(0, at) : text;
}
