// Jobs of any size, made when they are asked for: `steps-200`, `steps-2000`.
import type { JobDocument, Phase, PhaseStatus } from '../../src/api/types';
import { documentOf, needsOf } from './documents';

const width = 48;

/** Blocks of a preparation, a wide matrix of tests, and a report that gathers them. */
export function largeJob(id: string, now: Date): JobDocument | undefined {
  const count = Number(/^steps-(\d+)$/.exec(id)?.[1] ?? 0);
  if (count === 0) return undefined;
  const steps: string[] = [];
  for (let block = 1; steps.length < count; block++) {
    const before = block === 1 ? '' : `<report-${block - 1}`;
    const state = block * (width + 2) < count * 0.6 ? 'SUCCESS' : block * (width + 2) < count * 0.8 ? 'RUNNING' : 'PENDING';
    steps.push(`prepare-${block}:${state === 'PENDING' ? 'PENDING' : 'SUCCESS'}${before}`);
    const tests = Array.from({ length: Math.min(width, count - steps.length) }, (_, i) => `test-${(block - 1) * width + i + 1}`);
    tests.forEach((test, i) => steps.push(`${test}:${statusOf(state, i)}<prepare-${block}`));
    if (steps.length < count) steps.push(`report-${block}:${state === 'SUCCESS' ? 'SUCCESS' : 'PENDING'}<${tests.join(',')}`);
  }
  const failures = Object.fromEntries(
    steps
      .map((step) => step.split(':'))
      .filter(([, status]) => status?.startsWith('FAILED'))
      .map(([name = '']) => [name, { category: 'command_failed' as const, message: 'exit code 1: 3 assertions failed', attempts: 2 }]),
  );
  const doc = documentOf(
    {
      id,
      description: `A matrix of ${count} steps`,
      status: 'RUNNING',
      steps: steps.slice(0, count).join(' '),
      cost: 18.4,
      budget: 40,
      minutesAgo: 0,
      failures,
    },
    now,
  );
  doc.phases.forEach((phase, index) => shorten(phase, index, now));
  doc.needs = needsOf([doc]);
  return doc;
}

function statusOf(block: 'SUCCESS' | 'RUNNING' | 'PENDING', index: number): PhaseStatus {
  if (block !== 'RUNNING') return block;
  if (index % 17 === 5) return 'FAILED';
  return index % 4 === 0 ? 'RUNNING' : index % 4 === 1 ? 'PENDING' : 'SUCCESS';
}

/** Steps of a matrix run beside each other, not for six minutes one after the other. */
function shorten(phase: Phase, index: number, now: Date): void {
  if (!phase.started_at) return;
  const block = Math.floor(index / (width + 2));
  const start = now.getTime() - 3_600_000 + block * 240_000 + (index % (width + 2)) * 1500;
  phase.started_at = new Date(start).toISOString();
  if (phase.finished_at) phase.finished_at = new Date(start + 40_000 + ((index * 7919) % 90_000)).toISOString();
}
