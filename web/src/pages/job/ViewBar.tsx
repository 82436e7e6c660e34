import { Checkbox, SegmentedControl, Select, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useRef } from 'react';
import { plural } from '../../format/text';
import { useKey } from '../../keyboard/keys';
import { Time } from '../../shared/Time';
import type { useUrl } from '../../shared/url';
import css from './job.module.css';
import type { Round } from './rounds';
import type { View } from './view';

interface Props {
  view: View;
  set: ReturnType<typeof useUrl>['set'];
  rounds: Round[];
  shown: number;
  total: number;
}

export function ViewBar({ view, set, rounds, shown, total }: Props) {
  const filter = useRef<HTMLInputElement>(null);
  useKey('filter', () => filter.current?.focus());
  const round = rounds.find((one) => one.id === view.round) ?? rounds[0];
  return (
    <div className={css.viewBar}>
      <SegmentedControl
        aria-label="How the steps are drawn"
        value={view.drawn}
        onChange={(value) => set({ view: value })}
        data={[
          { value: 'graph', label: 'Graph' },
          { value: 'timeline', label: 'Timeline' },
          { value: 'list', label: 'List' },
        ]}
      />
      {rounds.length > 1 && (
        <Select
          aria-label="Attempt round"
          className={css.rounds}
          comboboxProps={{ withinPortal: true, width: 340, position: 'bottom-start' }}
          maxDropdownHeight={360}
          data={rounds.map((one, index) => ({ value: one.id, label: index === 0 ? `latest (${one.label})` : one.label }))}
          value={round?.id ?? null}
          allowDeselect={false}
          onChange={(value) => set({ round: value === rounds[0]?.id ? null : value, attempt: null, line: null })}
          renderOption={({ option }) => (
            <RoundOption round={rounds.find((one) => one.id === option.value)} label={option.label} />
          )}
        />
      )}
      <TextInput
        ref={filter}
        className={css.filter}
        aria-label="Filter the steps"
        placeholder="Filter steps"
        leftSection={<Search size={13} />}
        value={view.q}
        onChange={(event) => set({ q: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            set({ q: null });
            event.currentTarget.blur();
          }
        }}
      />
      <Checkbox
        label="Only problems"
        checked={view.onlyProblems}
        onChange={(event) => set({ problems: event.currentTarget.checked ? '1' : null })}
      />
      <Checkbox
        label="Hide reused"
        checked={view.hideReused}
        onChange={(event) => set({ reused: event.currentTarget.checked ? 'hidden' : null })}
      />
      <span className="space" />
      {round?.reason && (
        <span className={css.asked} title={round.reason}>
          {round.label} asked for by {round.by}: {round.reason}
        </span>
      )}
      <span className="quiet">{shown === total ? plural(total, 'step') : `${shown} of ${plural(total, 'step')}`}</span>
    </div>
  );
}

function RoundOption({ round, label }: { round: Round | undefined; label: string }) {
  return (
    <span className={css.roundOption}>
      <span>
        <b>{label}</b> {round?.at && <Time at={round.at} />}
      </span>
      {round?.by && (
        <span className="quiet">
          {round.by}
          {round.reason && `: ${round.reason}`}
        </span>
      )}
    </span>
  );
}
