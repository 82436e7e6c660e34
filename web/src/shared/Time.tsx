import { age, moment } from '../format/time';
import { useSettings } from '../settings/settings';
import { useNow } from './clock';

/** A moment the way this person wants times; the exact one on hover. `absolute` where an age would not help (audit, logs). */
export function Time({ at, absolute = false }: { at: string | null; absolute?: boolean }) {
  const settings = useSettings();
  const now = useNow();
  // A damaged job may not know its own times.
  if (at === null || Number.isNaN(Date.parse(at))) return <span>–</span>;
  const exact = moment(at, now, settings);
  const old = age(at, now);
  const relative = settings.relative && !absolute;
  return (
    <time dateTime={at} title={relative ? `${exact} · ${at}` : `${old === 'now' ? 'just now' : `${old} ago`} · ${at}`}>
      {relative ? old : exact}
    </time>
  );
}
