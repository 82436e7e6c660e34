import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { Phase } from '../api/types';
import { plural } from '../format/text';
import { lookOf } from '../shared/status';
import { StatusIcon } from '../shared/Status';
import css from './graph.module.css';
import type { NodeShape } from './layout';
import { Spent } from './Spent';

export interface NodeData extends Record<string, unknown> {
  shape: NodeShape;
  label: string;
  steps: Phase[];
  selected: boolean;
  current: boolean;
  dim: boolean;
  /** The one box that the Tab key reaches; arrows lead to the others. */
  tabStop: boolean;
}
export type StepNode = Node<NodeData, 'step'>;

const worst = [
  'FAILED',
  'INTERVENTION_REQUIRED',
  'APPROVAL_REQUIRED',
  'REVIEWING',
  'RUNNING',
  'REVIEW_REQUIRED',
  'CANCELED',
  'PENDING',
];

/** What a group is, in one state: what needs a person most. */
export function statusOf(steps: readonly Phase[]): string {
  if (steps.length === 1) return steps[0]?.status ?? 'PENDING';
  return worst.find((status) => steps.some((step) => step.status === status)) ?? 'SUCCESS';
}

export const StepBox = memo(function StepBox({ id, data }: NodeProps<StepNode>) {
  const { shape, label, steps, selected, current, dim, tabStop } = data;
  const status = statusOf(steps);
  return (
    <div
      className={css.box}
      role="button"
      tabIndex={tabStop ? 0 : -1}
      data-node={id}
      data-shape={shape}
      data-tone={lookOf(status).tone}
      data-selected={selected || undefined}
      data-current={current || undefined}
      data-dim={dim || undefined}
      aria-pressed={selected}
      aria-label={spoken(label, steps)}
      title={shape === 'card' ? undefined : spoken(label, steps)}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className={css.handle} />
      <span className={css.name}>
        <StatusIcon status={status} />
        <b>{label}</b>
        {steps.length > 1 && <span className={css.times}>×{steps.length}</span>}
        {steps.length === 1 && (steps[0]?.attempts ?? 0) > 1 && <span className={css.times}>#{steps[0]?.attempts}</span>}
        {steps.some((step) => step.stale) && <span className={css.stale}>stale</span>}
      </span>
      {shape === 'card' && steps[0] && <CardLine step={steps[0]} />}
      {shape === 'group' && <GroupLine steps={steps} />}
      <Handle type="source" position={Position.Right} isConnectable={false} className={css.handle} />
    </div>
  );
});

function CardLine({ step }: { step: Phase }) {
  return (
    <span className={css.detail}>
      <span className={css.who}>
        {step.failure?.message ?? step.because ?? step.agent ?? (step.kind === 'command' ? 'command' : '')}
      </span>
      <Spent step={step} />
    </span>
  );
}

function GroupLine({ steps }: { steps: Phase[] }) {
  return (
    <span className={css.detail}>
      <span className={css.counts}>
        {countsOf(steps).map(([status, count]) => (
          <span key={status} className={css.count}>
            {count}
            <StatusIcon status={status} size={12} />
          </span>
        ))}
      </span>
    </span>
  );
}

function countsOf(steps: readonly Phase[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { status } of steps) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].sort((a, b) => worst.indexOf(a[0]) - worst.indexOf(b[0])).slice(0, 4);
}

function spoken(label: string, steps: Phase[]): string {
  const counts = countsOf(steps).map(([status, count]) => `${count} ${lookOf(status).word.toLowerCase()}`);
  const step = steps[0];
  if (steps.length > 1 || !step) return `${label}, ${plural(steps.length, 'step')}: ${counts.join(', ')}`;
  const attempt = step.attempts > 1 ? `, attempt ${step.attempts}` : '';
  return `${label}, ${lookOf(step.status).word.toLowerCase()}${attempt}${step.failure ? `: ${step.failure.message}` : ''}`;
}
