import { Bot, CircleHelp, SquareTerminal } from 'lucide-react';
import type { TemplateStep } from '../../api/requests';
import { layersOf } from './layers';

const width = 134;
const height = 34;
const gapX = 28;
const gapY = 12;
const mostDrawn = 60;

/** The workflow before it runs: what follows what. Many steps are listed instead of drawn. */
export function Preview({ steps }: { steps: TemplateStep[] }) {
  if (steps.length > mostDrawn) return <StepList steps={steps} />;
  const placed = layersOf(steps);
  const tallest = Math.max(...placed.map(({ row }) => row)) + 1;
  const columns = Math.max(...placed.map(({ column }) => column)) + 1;
  const inColumn = (column: number) => placed.filter((one) => one.column === column).length;
  const place = new Map(
    placed.map(({ step, column, row }) => [
      step.id,
      { x: column * (width + gapX), y: (row + (tallest - inColumn(column)) / 2) * (height + gapY) },
    ]),
  );
  const size = { width: columns * (width + gapX) - gapX, height: tallest * (height + gapY) - gapY };

  return (
    // It scrolls where it is wider than its place, and the keyboard must be able to do that.
    <div className="preview" role="region" aria-label="Graph of the steps" tabIndex={0}>
      <div style={{ ...size, position: 'relative' }}>
        <svg {...size} className="preview-lines" aria-hidden="true">
          {steps.flatMap((step) =>
            step.needs.map((need) => {
              const [from, to] = [place.get(need), place.get(step.id)];
              if (!from || !to) return null;
              const [x1, y1, x2, y2] = [from.x + width, from.y + height / 2, to.x, to.y + height / 2];
              const bend = (x2 - x1) / 2;
              return <path key={`${need} ${step.id}`} d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />;
            }),
          )}
        </svg>
        <ul aria-label="Steps">
          {steps.map((step) => {
            const at = place.get(step.id) ?? { x: 0, y: 0 };
            return (
              <li key={step.id} style={{ left: at.x, top: at.y, width, height }} title={wordsOf(step)}>
                <StepIcon step={step} />
                <span>{step.id}</span>
                {step.approval && <CircleHelp size={13} className="tone-ask" aria-label="waits for approval first" />}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function StepList({ steps }: { steps: TemplateStep[] }) {
  return (
    <ol className="preview-list">
      {steps.map((step) => (
        <li key={step.id}>
          <b>{step.id}</b> <span className="dim">{wordsOf(step)}</span>
        </li>
      ))}
    </ol>
  );
}

function StepIcon({ step }: { step: TemplateStep }) {
  const Icon = step.kind === 'agent' ? Bot : SquareTerminal;
  return (
    <Icon size={14} className="dim" aria-label={step.kind === 'agent' ? `agent ${step.agent ?? ''}` : 'command'} role="img" />
  );
}

function wordsOf(step: TemplateStep): string {
  const who = step.kind === 'agent' ? `by ${step.agent ?? 'the default agent'}` : 'a command';
  const after = step.needs.length > 0 ? `, after ${step.needs.join(', ')}` : '';
  return `${step.title}: ${who}${after}${step.approval ? ', waits for approval' : ''}`;
}
