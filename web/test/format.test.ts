import { describe, expect, test } from 'vitest';
import { cli, count, money, plural, shellWord } from '../src/format/text';
import { age, duration, knowsZone, moment } from '../src/format/time';

const now = Date.parse('2026-11-20T12:00:00Z');
const utc = { zone: 'UTC', hour12: false };

describe('times', () => {
  test.each([
    ['2026-11-20T11:59:58Z', 'now'],
    ['2026-11-20T12:00:09Z', 'now'],
    ['2026-11-20T11:59:52Z', '8s'],
    ['2026-11-20T11:58:00Z', '2m'],
    ['2026-11-20T09:00:01Z', '2h'],
    ['2026-11-16T12:00:00Z', '4d'],
    ['2026-10-09T12:00:00Z', '6w'],
  ])('%s is %s old', (at, text) => expect(age(at, now)).toBe(text));

  test.each([
    [400, '0.4s'],
    [12_300, '12s'],
    [400_000, '6m 40s'],
    [7_500_000, '2h 05m'],
    [3 * 86_400_000 + 4 * 3_600_000, '3d 4h'],
  ])('%i ms last %s', (ms, text) => expect(duration(ms)).toBe(text));

  test('a moment is as short as it can be without doubt', () => {
    expect(moment('2026-11-20T10:03:07Z', now, utc)).toBe('10:03:07');
    expect(moment('2026-11-19T10:03:07Z', now, utc)).toBe('19 Nov 10:03');
    expect(moment('2025-11-19T10:03:07Z', now, utc)).toBe('19 Nov 2025 10:03');
  });

  test('a moment follows the chosen zone, also over midnight, and the 12-hour clock', () => {
    expect(moment('2026-11-20T10:03:07Z', now, { zone: 'Asia/Tokyo', hour12: false })).toBe('19:03:07');
    expect(moment('2026-11-19T16:00:00Z', now, { zone: 'Asia/Tokyo', hour12: false })).toBe('01:00:00');
    expect(moment('2026-11-20T10:03:07Z', now, { zone: 'UTC', hour12: true })).toBe('10:03:07 am');
  });

  test('only a zone that exists is known', () => {
    expect(knowsZone('Europe/Paris')).toBe(true);
    expect(knowsZone('local')).toBe(true);
    expect(knowsZone('Europe/Nowhere')).toBe(false);
  });
});

describe('texts', () => {
  test('an unknown cost is never shown as nothing', () => {
    expect(money(null)).toBe('–');
    expect(money(0)).toBe('$0.00');
    expect(money(3.1)).toBe('$3.10');
    expect(money(0.004)).toBe('$0.004');
  });

  test('numbers stay short', () => {
    expect([41, 9000, 41_000, 1_240_000].map(count)).toEqual(['41', '9.0k', '41k', '1.2M']);
    expect([plural(1, 'job'), plural(3, 'job')]).toEqual(['1 job', '3 jobs']);
  });

  test('a command can be pasted into a shell as it is', () => {
    expect(cli(['job', 'cancel', 'fix-login'], { reason: "it's done", now: true, by: '' })).toBe(
      "logist job cancel fix-login --reason 'it'\\''s done' --now",
    );
    expect(shellWord('$(reboot)')).toBe("'$(reboot)'");
  });
});
