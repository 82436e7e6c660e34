import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FilePlus2, Workflow } from 'lucide-react';
import { templatesQuery } from '../../api/queries';
import type { Template } from '../../api/requests';
import { money, plural } from '../../format/text';
import { useKey } from '../../keyboard/keys';
import { Empty, ErrorState, Skeleton } from '../../shared/States';
import { useUrl } from '../../shared/url';
import { NewWorkflowDialog } from './NewWorkflowDialog';
import { OutcomeMarks } from './Outcomes';
import { StartDialog } from './StartDialog';
import { TemplateDetail } from './TemplateDetail';
import './workflows.css';

export function WorkflowsPage() {
  const { params, set } = useUrl();
  const templates = useQuery(templatesQuery());
  const all = templates.data ?? [];
  const chosen = all.find((one) => one.id === params.get('workflow')) ?? null;
  const dialog = params.get('dialog');
  const move = (step: number) => {
    const at = all.findIndex((one) => one === chosen);
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    if (next) set({ workflow: next.id });
  };
  useKey('next', () => move(1));
  useKey('previous', () => move(-1));
  useKey('back', () => set({ workflow: null }), chosen !== null);

  return (
    <div className={`workflows ${chosen ? 'workflows-open' : ''}`}>
      <section className="workflows-list" aria-label="Workflows">
        <header className="page-head">
          <h1>Workflows</h1>
          <Button
            variant="default"
            ml="auto"
            leftSection={<FilePlus2 size={14} />}
            onClick={() => set({ dialog: 'new' }, { push: true })}
          >
            New workflow…
          </Button>
        </header>
        {templates.isPending && <Skeleton rows={4} />}
        {templates.isError && all.length === 0 && <ErrorState error={templates.error} onRetry={() => void templates.refetch()} />}
        {templates.isSuccess && all.length === 0 && (
          <Empty icon={Workflow} title="No workflows yet">
            <p>
              A workflow is a YAML file in the directory <code>workflows</code> of the Logist home.
            </p>
          </Empty>
        )}
        <ul className="needs-rows">
          {all.map((template) => (
            <Row
              key={template.id}
              template={template}
              active={template === chosen}
              onOpen={() => set({ workflow: template.id })}
            />
          ))}
        </ul>
      </section>
      {chosen && (
        <TemplateDetail
          template={chosen}
          onStart={() => set({ dialog: 'start' }, { push: true })}
          onClose={() => set({ workflow: null })}
        />
      )}
      {chosen && dialog === 'start' && <StartDialog template={chosen} onClose={() => set({ dialog: null })} />}
      {dialog === 'new' && <NewWorkflowDialog onClose={() => set({ dialog: null })} />}
    </div>
  );
}

function Row({ template, active, onOpen }: { template: Template; active: boolean; onOpen: () => void }) {
  const { name, description, steps, problems, outcomes, success_rate, median_cost_usd } = template;
  return (
    <li className="workflow pick" data-active={active}>
      <button type="button" className="workflow-open" aria-current={active} onClick={onOpen}>
        <b>{name}</b>
        <span className="dim workflow-what">{description ?? template.path}</span>
      </button>
      <span className="workflow-facts">
        {problems.length > 0 ? (
          <span className="tone-fail">{plural(problems.length, 'problem')}</span>
        ) : (
          <>
            <OutcomeMarks outcomes={outcomes} />
            <span className="dim">
              {plural(steps.length, 'step')}
              {success_rate !== null && ` · ${Math.round(success_rate * 100)} % succeed`}
              {median_cost_usd !== null && ` · ${money(median_cost_usd)} median`}
            </span>
          </>
        )}
      </span>
    </li>
  );
}
