import { Select } from '@mantine/core';
import { FileSearch, ListChecks } from 'lucide-react';
import type { Attempt, JobDocument, Need, Phase } from '../../../api/types';
import { DiffViewer } from '../../../diff/DiffViewer';
import { canSendBack } from '../../../graph/agents';
import { Structure } from '../../../graph/structure';
import { LogViewer } from '../../../log/LogViewer';
import { Empty } from '../../../shared/States';
import type { useUrl } from '../../../shared/url';
import css from './tabs.module.css';
import type { View } from '../view';
import { EventsTab } from './EventsTab';
import { NoAttempt } from './NoAttempt';
import { PromptTab } from './PromptTab';
import { ResponseTab } from './ResponseTab';
import { SummaryTab } from './SummaryTab';

export interface TabProps {
  doc: JobDocument;
  step: Phase;
  /** Every attempt of the step in this run, oldest first. */
  attempts: Attempt[];
  attempt: Attempt | null;
  view: View;
  set: ReturnType<typeof useUrl>['set'];
}

export function Tab(props: TabProps) {
  const { attempt, attempts, step, view, set } = props;
  const need = view.panel === 'diff' ? approvalOf(props.doc, step.name) : null;
  if (view.panel === 'events') return <EventsTab step={step} attempt={attempt} shown={view.event} />;
  if (!attempt) return <NoAttempt step={step} />;
  switch (view.panel) {
    case 'summary':
      return <SummaryTab doc={props.doc} step={step} attempt={attempt} onLog={(line) => set({ tab: 'log', line, part: null })} />;
    case 'log':
      return <PartLog {...props} attempt={attempt} parts={attempt.parts.filter((part) => !part.startsWith('check-'))} />;
    case 'checks': {
      const parts = attempt.parts.filter((part) => part.startsWith('check-'));
      if (parts.length === 0)
        return (
          <Empty icon={ListChecks} title="No check ran">
            <p>
              {attempt.status === 'running'
                ? 'Checks run when the worker is done.'
                : 'The step has no checks, or did not come that far.'}
            </p>
          </Empty>
        );
      return <PartLog {...props} attempt={attempt} parts={parts} />;
    }
    case 'diff':
      if (attempt.output_commit === null)
        return (
          <Empty icon={FileSearch} title="No difference yet">
            <p>
              {attempt.status === 'running'
                ? 'The attempt still works.'
                : 'The attempt left no commit: its files were not taken.'}
            </p>
          </Empty>
        );
      return (
        <DiffViewer
          attempt={attempt.id}
          number={attempt.number}
          attempts={attempts.map((one) => one.number)}
          against={view.against}
          need={need}
          heard={need?.step != null && canSendBack(props.doc.phases, need.step)}
          onAgainst={(against) => set({ against: against === 'input' ? null : against })}
        />
      );
    case 'prompt':
      return <PromptTab attempt={attempt} attempts={attempts} command={step.kind === 'command'} />;
    case 'response':
      return <ResponseTab attempt={attempt} command={step.kind === 'command'} />;
  }
}

/** The open gate that asks about what this step made: one that depends on it, as far as can be told. */
function approvalOf(doc: JobDocument, step: string): Need | null {
  const open = doc.needs.filter((need) => need.kind === 'approval' && need.actions.includes('reject'));
  if (open.length === 0) return null;
  const structure = new Structure(doc.phases);
  return open.find((need) => need.step !== null && structure.ancestors([need.step]).has(step)) ?? null;
}

function PartLog({ attempt, parts, view, set }: TabProps & { attempt: Attempt; parts: string[] }) {
  const part = parts.find((one) => one === view.part) ?? parts[0] ?? 'worker';
  return (
    <div className={css.fill}>
      {parts.length > 1 && (
        <div className={css.parts}>
          <Select
            aria-label="Part of the log"
            data={parts.map((one) => ({ value: one, label: one.replace('-', ' ') }))}
            value={part}
            allowDeselect={false}
            comboboxProps={{ withinPortal: true }}
            onChange={(value) => set({ part: value, line: null })}
          />
        </div>
      )}
      <LogViewer
        key={`${attempt.id} ${part}`}
        attempt={attempt.id}
        part={part}
        line={view.line}
        onLine={(line) => set({ line })}
        empty="This attempt printed nothing."
      />
    </div>
  );
}
