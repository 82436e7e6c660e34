import type { JobStatus, PhaseStatus } from '../api/types';
import { plural } from '../format/text';
import { lookOf } from './status';
import './status.css';

/** Icon, word, colour. `solid` draws a soft badge around it, for headers. */
export function Status({ status, solid = false }: { status: string; solid?: boolean }) {
  const { word, tone, icon: Icon, spins } = lookOf(status);
  return (
    <span className={`status tone-${tone} ${solid ? 'status-solid' : ''}`}>
      <Icon size={14} strokeWidth={2.25} className={spins ? 'spin' : undefined} aria-hidden />
      {word}
    </span>
  );
}

/** The icon alone, for places that name the state otherwise. */
export function StatusIcon({ status, size = 14 }: { status: string; size?: number }) {
  const { tone, icon: Icon, spins, word } = lookOf(status);
  return <Icon size={size} strokeWidth={2.25} className={`tone-${tone} ${spins ? 'spin' : ''}`} aria-label={word} role="img" />;
}

const letters: Record<string, { status: JobStatus | PhaseStatus; shape: string }> = {
  S: { status: 'SUCCESS', shape: 'full' },
  F: { status: 'FAILED', shape: 'cross' },
  R: { status: 'RUNNING', shape: 'half' },
  W: { status: 'SUSPENDED', shape: 'low' },
  A: { status: 'APPROVAL_REQUIRED', shape: 'dot' },
  C: { status: 'PENDING', shape: 'low' },
  X: { status: 'CANCELED', shape: 'line' },
};

const names: Record<string, string> = {
  S: 'done',
  F: 'failed',
  R: 'active',
  W: 'waiting',
  A: 'waiting for approval',
  C: 'not started',
  X: 'canceled',
};

/** One mark per step, in order; shapes differ as well as colours. Many steps become a bar of shares. */
export function PhaseStrip({ strip, done, total }: { strip: string | null; done: number; total: number }) {
  const counted = new Map<string, number>();
  for (const letter of strip ?? '') counted.set(letter, (counted.get(letter) ?? 0) + 1);
  const words = [...counted].map(([letter, n]) => `${n} ${names[letter] ?? ''}`).join(', ');
  const label = `${done} of ${plural(total, 'step')} done${words ? `: ${words}` : ''}`;
  return (
    <span className="strip" role="img" aria-label={label} title={label}>
      {strip === null || strip.length > 16 ? (
        <span className="strip-bar">
          <i style={{ width: `${total === 0 ? 0 : (100 * done) / total}%` }} />
        </span>
      ) : (
        Array.from(strip, (letter, index) => {
          const { status, shape } = letters[letter] ?? { status: 'PENDING' as const, shape: 'low' };
          return <i key={index} className={`mark mark-${shape} tone-${lookOf(status).tone}`} />;
        })
      )}
      <span className="strip-count">
        {done}/{total}
      </span>
    </span>
  );
}
