// What can be done with a job now, and what its main button is.
import type { Can, JobDocument } from '../../api/types';
import { plural } from '../../format/text';
import { explain, type Remedy } from './explain';

export type Dialog = 'suspend' | 'cancel' | 'resubmit' | 'budget' | 'resolve' | 'cancel-step';
export type Verb = Remedy | Dialog | 'rerun-selected' | 'rerun-all';

export interface Main {
  verb: Verb;
  label: string;
  disabled: string | null;
}

const why = (can: Can | undefined): string | null => (can && !can.ok ? (can.why ?? 'not possible now') : null);

/** The main button follows the situation: what is selected, else what went wrong, else what happens. */
export function mainOf(doc: JobDocument, selected: number): Main {
  const { can } = doc;
  if (selected > 0) {
    return { verb: 'rerun-selected', label: `Rerun ${selected} selected…`, disabled: can.rerun.ok ? null : why(can.rerun) };
  }
  switch (explain(doc)?.remedy) {
    case 'rerun':
      return { verb: 'rerun', label: 'Rerun failed…', disabled: why(can.partial_rerun) };
    case 'resubmit':
      return { verb: 'resubmit', label: 'Resubmit…', disabled: why(can.resubmit) };
    case 'budget':
      return { verb: 'budget', label: 'Raise budget…', disabled: why(can.resubmit) };
    case 'review':
      return { verb: 'review', label: 'Review…', disabled: null };
    case 'resume':
      return { verb: 'resume', label: 'Resume', disabled: why(can.resume) };
    case 'stale': {
      const count = doc.phases.filter((step) => step.stale).length;
      return { verb: 'stale', label: `Run ${plural(count, 'stale step')}…`, disabled: why(can.rerun) };
    }
    case 'run':
      return { verb: 'run', label: 'Run', disabled: why(can.run) };
    default:
      if (doc.live.owner !== null || doc.status === 'RUNNING' || doc.status === 'REVIEWING')
        return { verb: 'suspend', label: 'Pause…', disabled: why(can.suspend) };
      return { verb: 'rerun-all', label: 'Rerun…', disabled: why(can.rerun) };
  }
}
