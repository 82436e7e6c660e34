// Why a job stopped, or waits: always something that has a name, and what can be done about it.
import type { JobDocument, Phase } from '../../api/types';
import { money, plural } from '../../format/text';
import { reasonWords, type Tone } from '../../shared/status';
import { failedOf } from './steps';

export type Remedy = 'rerun' | 'resubmit' | 'resume' | 'run' | 'stale' | 'budget' | 'review';

export interface Line {
  text: string;
  /** Whom it is about; several that have the same to say say it once. */
  steps: string[];
  /** A failed step has a log to read and a step to run again. */
  failed: boolean;
  since: string | null;
  until: string | null;
  unblock: string | null;
}
export interface Explanation {
  title: string;
  tone: Tone;
  text: string;
  lines: Line[];
  remedy: Remedy | null;
}

const line = (text: string, more: Partial<Line> = {}): Line => ({
  text,
  steps: [],
  failed: false,
  since: null,
  until: null,
  unblock: null,
  ...more,
});

export function explain(doc: JobDocument): Explanation | null {
  switch (doc.status) {
    case 'INTERVENTION_REQUIRED':
      return stopped(doc);
    case 'APPROVAL_REQUIRED':
      return { title: 'It waits for your decision', tone: 'ask', text: '', lines: asked(doc), remedy: 'review' };
    case 'SUSPENDED':
      return { title: 'It is paused', tone: 'idle', text: said(doc, 'job.suspended', doc.reason), lines: [], remedy: 'resume' };
    case 'CANCELED':
      return {
        title: 'It was canceled',
        tone: 'idle',
        text: said(doc, 'job.cancel_requested', doc.reason),
        lines: [],
        remedy: null,
      };
    case 'PENDING':
    case 'REVIEW_REQUIRED':
      return waiting(doc);
    case 'SUCCESS':
      return stale(doc);
    default: {
      // While something runs, only what waits for another thing than its steps is worth a line.
      const lines = [...asked(doc), ...waits(doc)];
      const text = doc.live.why?.text ?? '';
      return lines.length === 0 && text === '' ? null : { title: 'Why it waits', tone: 'idle', text, lines, remedy: null };
    }
  }
}

function waiting(doc: JobDocument): Explanation {
  return {
    title: 'Why it waits',
    tone: 'idle',
    text: pendingText(doc),
    lines: waits(doc),
    remedy: doc.can.run.ok ? 'run' : null,
  };
}

function stopped(doc: JobDocument): Explanation {
  const failed = failedOf(doc.phases);
  const lines = failed.map((step) =>
    line(step.failure?.message ?? 'canceled', {
      steps: [step.name],
      failed: true,
      since: step.finished_at,
      unblock: step.failure?.hint ?? null,
    }),
  );
  if (doc.reason === 'budget') {
    const spent = `${money(doc.metrics.cumulative_cost_usd)} of ${money(doc.metrics.budget_usd)} are spent.`;
    const text = `${spent} Raising the limit continues the same work.`;
    return { title: 'The budget is used up', tone: 'fail', text, lines, remedy: 'budget' };
  }
  const text = failed.length > 0 ? failedText(doc, failed) : (doc.needs[0]?.text ?? reasonWords(doc.reason));
  const remedy = doc.can.partial_rerun.ok && failed.length > 0 ? 'rerun' : 'resubmit';
  return { title: 'Why it stopped', tone: 'fail', text, lines, remedy };
}

function failedText(doc: JobDocument, failed: Phase[]): string {
  const names = new Set(failed.map((step) => step.name));
  const blocked = doc.phases.filter((step) => step.status === 'PENDING' && step.needs.some((need) => names.has(need)));
  const what = failed.every((step) => step.status === 'CANCELED') ? 'was canceled' : 'failed';
  const count = `${plural(failed.length, 'step')} ${failed.length > 1 ? what.replace('was', 'were') : what}`;
  if (blocked.length === 0) return `${count}.`;
  const first = blocked.slice(0, 3).map((step) => step.name);
  const more = blocked.length - first.length;
  const list = more > 0 ? `${first.join(', ')} and ${more} more` : first.join(' and ');
  return `${count}; ${list} ${blocked.length === 1 ? 'is' : 'are'} blocked by ${failed.length > 1 ? 'them' : 'it'}.`;
}

function asked(doc: JobDocument): Line[] {
  return doc.needs
    .filter((need) => need.kind === 'approval')
    .map((need) => line(need.title, { steps: need.step === null ? [] : [need.step], since: need.since }));
}

/** Waits that are not just "an earlier step is not done yet": a slot, a lock, an agent, a pause between tries, a hold. */
function waits(doc: JobDocument): Line[] {
  const phases = new Map(doc.phases.map((step) => [step.name, step]));
  const lines = doc.live.blocked.flatMap((blocked) => {
    const step = phases.get(blocked.step);
    const onlyEarlier = step?.needs.some((need) => !/SUCCESS|REUSED|SKIPPED/.test(phases.get(need)?.status ?? '')) ?? false;
    if (onlyEarlier || step?.status === 'APPROVAL_REQUIRED') return [];
    return [line(blocked.because, { steps: [blocked.step], until: step?.wait_until ?? null, unblock: blocked.unblock })];
  });
  return together(lines);
}

function together(lines: Line[]): Line[] {
  const found = new Map<string, Line>();
  for (const one of lines) {
    const key = `${one.text} ${one.until ?? ''} ${one.unblock ?? ''}`;
    const before = found.get(key);
    found.set(key, before ? { ...before, steps: [...before.steps, ...one.steps] } : one);
  }
  return [...found.values()];
}

function pendingText(doc: JobDocument): string {
  if (doc.held_by) return `${doc.held_by} had a re-execution recorded without starting it.`;
  if (doc.live.why) return doc.live.why.text;
  if (doc.reason) return `${reasonWords(doc.reason)}.`;
  return doc.live.blocked.length === 0 ? 'Nothing drives it at the moment.' : '';
}

function stale(doc: JobDocument): Explanation | null {
  const steps = doc.phases.filter((step) => step.stale);
  if (steps.length === 0) return null;
  const lines = steps.map((step) => line(step.stale_because ?? 'a step before it has a new result', { steps: [step.name] }));
  const text = `${plural(steps.length, 'step')} used a result that has been replaced since.`;
  return { title: 'It succeeded, with stale steps', tone: 'ask', text, lines: together(lines), remedy: 'stale' };
}

/** "by whom because of what", told by the last event of the kind. */
function said(doc: JobDocument, type: string, fallback: string | null): string {
  const event = doc.history.findLast((entry) => entry.type === type);
  if (!event) return fallback ? `${reasonWords(fallback)}.` : '';
  return `By ${event.actor}${event.reason ? `: ${event.reason}` : '.'}`;
}
