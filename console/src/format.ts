// Times, durations, amounts and JSON as people read them.
import { LOCALE, messages } from './messages';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const dateAndTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' });
const timeOnly = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'short' });
const count = new Intl.NumberFormat(LOCALE);

export function formatTime(iso: string): string {
  return dateAndTime.format(new Date(iso));
}

export function formatClock(iso: string): string {
  return timeOnly.format(new Date(iso));
}

export function formatCount(value: number): string {
  return count.format(value);
}

function digitsFor(amount: number): Intl.NumberFormatOptions {
  if (amount >= 1 || amount === 0) return { maximumFractionDigits: 2 };
  return amount >= 0.01 ? { minimumFractionDigits: 3 } : { maximumSignificantDigits: 2 };
}

/** US dollars with as many digits as a small amount needs: 12.50, 0.236, 0.0043. */
export function formatDollars(value: number): string {
  return new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    ...digitsFor(Math.abs(value)),
  }).format(value);
}

/** Time since `iso`, in the largest fitting unit: "2 min ago", "yesterday". */
export function formatAgo(iso: string, now: number): string {
  const past = Math.min(0, new Date(iso).getTime() - now);
  const ago = -past;
  if (ago < MINUTE) return relative.format(Math.ceil(past / SECOND), 'second');
  if (ago < HOUR) return relative.format(Math.ceil(past / MINUTE), 'minute');
  if (ago < DAY) return relative.format(Math.ceil(past / HOUR), 'hour');
  return relative.format(Math.ceil(past / DAY), 'day');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A duration in milliseconds in at most two units: "340 ms", "4.2 s", "3 min 5 s", "2 d 4 h". */
export function formatDuration(milliseconds: number): string {
  const units = messages.units;
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole < SECOND) return `${whole} ${units.millisecond}`;
  if (whole < 10 * SECOND) return `${(whole / SECOND).toFixed(1)} ${units.second}`;
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)} ${units.second}`;
  if (whole < HOUR) {
    return twoUnits(Math.floor(whole / MINUTE), units.minute, Math.floor((whole % MINUTE) / SECOND), units.second);
  }
  if (whole < DAY) {
    return twoUnits(Math.floor(whole / HOUR), units.hour, Math.floor((whole % HOUR) / MINUTE), units.minute);
  }
  return twoUnits(Math.floor(whole / DAY), units.day, Math.floor((whole % DAY) / HOUR), units.hour);
}

export function durationBetween(startedAt: string, endedAt: string | null | undefined, now: number): number {
  return (endedAt ? new Date(endedAt).getTime() : now) - new Date(startedAt).getTime();
}

/** The part of an id that tells it apart at a glance. */
export function shortId(id: string): string {
  return id.length > 13 ? `…${id.slice(-8)}` : id;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** What is known about a waiting point, one `name: value` a line; what is empty is left out. */
export function detailLines(detail: Record<string, unknown>): string[] {
  return Object.entries(detail)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
}
