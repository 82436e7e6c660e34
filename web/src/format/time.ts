// Times and durations as words. Pure: the zone and the present moment are given.

export interface TimeStyle {
  /** `local`, `UTC`, or an IANA name. */
  zone: string;
  hour12: boolean;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `now`, `8s`, `2m`, `3h`, `4d`, `6w`: how long ago, in one glance. A clock that is behind the server's gives `now`. */
export function age(at: string, now: number): string {
  const past = now - Date.parse(at);
  if (past < 5 * second) return 'now';
  if (past < minute) return `${Math.floor(past / second)}s`;
  if (past < hour) return `${Math.floor(past / minute)}m`;
  if (past < 2 * day) return `${Math.floor(past / hour)}h`;
  if (past < 14 * day) return `${Math.floor(past / day)}d`;
  return `${Math.floor(past / (7 * day))}w`;
}

/** `0.4s`, `12s`, `6m 40s`, `2h 05m`, `3d 4h`. */
export function duration(ms: number): string {
  if (ms < 10 * second) return `${(Math.max(0, ms) / second).toFixed(1)}s`;
  if (ms < minute) return `${Math.round(ms / second)}s`;
  const seconds = Math.round(ms / second);
  if (ms < hour) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  if (ms < day) return `${Math.floor(ms / hour)}h ${pad(Math.floor((ms % hour) / minute))}m`;
  return `${Math.floor(ms / day)}d ${Math.floor((ms % day) / hour)}h`;
}

/** `12:03:07` today, `19 Nov 12:03` this year, `19 Nov 2025 12:03` otherwise, in the chosen zone. */
export function moment(at: string, now: number, style: TimeStyle): string {
  const date = new Date(at);
  const part = (options: Intl.DateTimeFormatOptions) => formatter(style, options).format(date);
  const dayOf = (time: Date | number) => formatter(style, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);
  if (dayOf(date) === dayOf(now)) return part({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const sameYear = dayOf(date).slice(-4) === dayOf(now).slice(-4);
  const days = part({ day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
  return `${days} ${part({ hour: '2-digit', minute: '2-digit' })}`;
}

const unitMs: Record<string, number> = { m: minute, h: hour, d: day, w: 7 * day };

/** `7d` before now, or the date as it is: the moment that a filter begins at; null for what is neither. */
export function sinceMoment(text: string, now: number): string | null {
  const [, amount, unit = ''] = /^(\d{1,4})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(now - Number(amount) * (unitMs[unit] ?? 0)).toISOString();
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
}

/** `Europe/Paris`, `UTC`: the zone that times are shown in, always visible. */
export function zoneName(zone: string): string {
  return zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

/** Whether the browser knows the zone, so that a mistyped one is refused and never thrown at each time shown. */
export function knowsZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en-GB', { timeZone: zoneName(zone) }).format(0) !== '';
  } catch {
    return false;
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>();

// Making a formatter costs a hundred times more than using it.
function formatter(style: TimeStyle, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([style, options]);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { ...options, hour12: style.hour12, timeZone: zoneName(style.zone) });
    formatters.set(key, found);
  }
  return found;
}

const pad = (value: number) => String(value).padStart(2, '0');
