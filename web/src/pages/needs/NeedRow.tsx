import { Checkbox } from '@mantine/core';
import type { Need } from '../../api/types';
import { money, shortCommit } from '../../format/text';
import { Time } from '../../shared/Time';
import { kindLooks } from './kinds';

interface Props {
  need: Need;
  active: boolean;
  onOpen: () => void;
  /** Whether it takes part in an approval of several; null: it cannot. */
  ticked: boolean | null;
  /** Why it cannot be ticked yet. */
  untold: string | null;
  onTick: () => void;
}

export function NeedRow({ need, active, onOpen, ticked, untold, onTick }: Props) {
  const { icon: Icon, tone, word } = kindLooks[need.kind];
  return (
    <li className="need-item">
      {ticked !== null && (
        <Checkbox
          aria-label={`Select ${need.job_id} / ${need.step ?? ''}`}
          title={untold ?? undefined}
          checked={ticked}
          disabled={untold !== null}
          onChange={onTick}
        />
      )}
      <button type="button" id={`need-${need.id}`} className="need pick" aria-current={active} onClick={onOpen}>
        <Icon size={16} className={`tone-${tone}`} aria-label={word} role="img" />
        <span className="need-title">{need.title}</span>
        <span className="need-since">
          <Time at={need.since} />
        </span>
        <span className="need-place">
          <b>{need.job_id}</b>
          {need.step !== null && ` / ${need.step}`}
          {need.commit !== null && <code> {shortCommit(need.commit)}</code>}
        </span>
        <span className="need-cost">{money(need.cost_usd)}</span>
        <span className="need-text">{need.text}</span>
        {untold !== null && <span className="need-untold">{untold}</span>}
      </button>
    </li>
  );
}
