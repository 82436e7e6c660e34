// What of a job is looked at, as it stands in the address.
import { useMediaQuery } from '@mantine/hooks';
import { useUrl } from '../../shared/url';

export const panels = ['summary', 'log', 'diff', 'prompt', 'response', 'checks', 'events'] as const;
export type Panel = (typeof panels)[number];
export type Drawn = 'graph' | 'timeline' | 'list';

/** Above this a list says more than a picture. */
const pictureLimit = 200;

export interface View {
  drawn: Drawn;
  /** An earlier run's number, or an earlier round of the present run; null is the latest. */
  round: string | null;
  step: string | null;
  attempt: number | null;
  panel: Panel;
  part: string | null;
  /** An event to be shown among the step's events. */
  event: string | null;
  line: string | null;
  against: string;
  q: string;
  onlyProblems: boolean;
  hideReused: boolean;
  dialog: string | null;
}

export function useView(steps: number) {
  const { params, set } = useUrl();
  const narrow = useMediaQuery('(max-width: 800px)', false, { getInitialValueInEffect: false });
  const view: View = {
    drawn:
      oneOf(['graph', 'timeline', 'list'] as const, params.get('view')) ?? (narrow || steps > pictureLimit ? 'list' : 'graph'),
    round: params.get('round'),
    step: params.get('step'),
    attempt: Number(params.get('attempt')) || null,
    panel: oneOf(panels, params.get('tab')) ?? 'summary',
    part: params.get('part'),
    event: params.get('event'),
    line: params.get('line'),
    against: params.get('against') ?? 'input',
    q: params.get('q') ?? '',
    onlyProblems: params.get('problems') === '1',
    hideReused: params.get('reused') === 'hidden',
    dialog: params.get('dialog'),
  };
  return { view, set };
}

function oneOf<T extends string>(all: readonly T[], value: string | null): T | undefined {
  return all.find((one) => one === value);
}

/** What the drawer forgets when it shows another step. */
export const freshStep = { attempt: null, part: null, event: null, line: null, find: null, against: null };
