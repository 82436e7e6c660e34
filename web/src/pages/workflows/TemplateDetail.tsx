import { ActionIcon, Button } from '@mantine/core';
import { Play, X } from 'lucide-react';
import type { Template } from '../../api/requests';
import { cli } from '../../format/text';
import { copyText } from '../../shared/copy';
import { OutcomeList } from './Outcomes';
import { Preview } from './Preview';

interface Props {
  template: Template;
  onStart: () => void;
  onClose: () => void;
}

export function TemplateDetail({ template, onStart, onClose }: Props) {
  const { name, description, path, steps, params, problems, outcomes } = template;
  return (
    <aside className="template" aria-label={`Workflow ${name}`}>
      <header className="decision-head">
        <div>
          <h2>{name}</h2>
          {description && <p>{description}</p>}
          <p className="mono dim">{path}</p>
        </div>
        <ActionIcon aria-label="Close" onClick={onClose}>
          <X size={16} />
        </ActionIcon>
      </header>
      <div className="decision-buttons">
        <Button leftSection={<Play size={14} />} disabled={problems.length > 0} onClick={onStart}>
          Run…
        </Button>
        <Button variant="default" onClick={() => void copyText(cli(['job', 'create', path], { run: true }), 'Command')}>
          Copy as CLI
        </Button>
        {problems.length > 0 && <span className="dim template-why">It cannot run before its problems are solved.</span>}
      </div>
      {problems.length > 0 && (
        <section>
          <h3>Problems</h3>
          <ul className="problems">
            {problems.map(({ line, column, text }) => (
              <li key={`${line}:${column}`}>
                <button type="button" className="mono plain" onClick={() => void copyText(`${path}:${line}:${column}`, 'Place')}>
                  {line}:{column}
                </button>
                <span>{text}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {steps.length > 0 && (
        <section>
          <h3>Steps</h3>
          <Preview steps={steps} />
        </section>
      )}
      {params.length > 0 && (
        <section>
          <h3>Parameters</h3>
          <dl className="params">
            {params.map((param) => (
              <div key={param.name}>
                <dt>
                  <code>{param.name}</code>{' '}
                  <span className="dim">{param.required ? 'required' : `default ${param.default ?? '–'}`}</span>
                </dt>
                <dd className="dim">{param.description}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section>
        <h3>Last runs</h3>
        <OutcomeList outcomes={outcomes} />
      </section>
    </aside>
  );
}
