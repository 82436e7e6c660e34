import { useNow } from '../shared/clock';
import { moment } from '../format/time';
import { useSettings } from '../settings/settings';
import { useLive } from './live';

const offlineMs = 30_000;

/** Whether what is shown is of this moment: live, about to be again, or of some time ago. */
export function LiveDot() {
  const live = useLive();
  const now = useNow(1000);
  const settings = useSettings();
  const waited = Math.max(0, Math.floor((now - live.since) / 1000));

  let kind = 'live';
  let words = 'live';
  if (live.phase === 'connecting') [kind, words] = ['reconnecting', 'connecting'];
  else if (live.phase === 'reconnecting' && now - live.since > offlineMs) {
    const heard = live.heard === null ? null : new Date(live.heard).toISOString();
    [kind, words] = ['offline', heard ? `offline: data as of ${moment(heard, now, settings)}` : 'offline'];
  } else if (live.phase === 'reconnecting') [kind, words] = ['reconnecting', `reconnecting ${waited}s`];

  return (
    <span
      className={`live live-${kind}`}
      title={kind === 'live' ? 'Changes appear by themselves' : 'Still trying; what you see is kept'}
    >
      <i aria-hidden />
      <span>{words}</span>
    </span>
  );
}
