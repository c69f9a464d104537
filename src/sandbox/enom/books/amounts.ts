// Money as eNom writes it: cents inside, "3,709.20", "$19.95" and "-$9.95" outside.

/** `"5000.00"` → 500000. @throws RangeError for anything but digits with at most two decimals. */
export function centsOf(amount: string): number {
  const parts = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(amount);
  if (parts === null) throw new RangeError(`not an amount of dollars: ${amount}`);
  return Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
}

/** 123456 → `1234.56`, the form of prices and of `AmountPaid`. */
export function plain(cents: number): string {
  return decimal(cents, "");
}

/** 370920 → `3,709.20`, the form of GetBalance. */
export function grouped(cents: number): string {
  return decimal(cents, ",");
}

/** −995 → `-$9.95`: the sign stands before the dollar (GetTransHistory). */
export function dollars(cents: number): string {
  const text = `$${decimal(Math.abs(cents), ",")}`;
  return cents < 0 ? `-${text}` : text;
}

function decimal(cents: number, separator: string): string {
  const size = Math.abs(cents);
  const whole = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, separator);
  return `${cents < 0 ? "-" : ""}${whole}.${String(size % 100).padStart(2, "0")}`;
}
