import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ExternalLink, X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { jobQuery } from '../../api/queries';
import type { Need } from '../../api/types';
import { money, shortCommit } from '../../format/text';
import { copyText } from '../../shared/copy';
import { Time } from '../../shared/Time';
import { useUrl } from '../../shared/url';
import { ApprovalForm } from './ApprovalForm';
import { Changes } from './Changes';
import { InterventionForm } from './InterventionForm';
import { kindLooks } from './kinds';

/** One thing to decide, with what is needed to decide it. It shows what was looked at, also when that changes meanwhile. */
export function DecisionPanel({ id, need, loading }: { id: string; need: Need | undefined; loading: boolean }) {
  const { set } = useUrl();
  const [seen, setSeen] = useState(need);
  // The first answer after a reload is what is looked at.
  if (seen === undefined && need !== undefined) setSeen(need);
  const close = () => set({ need: null, decide: null });

  if (seen === undefined) {
    if (loading) return null;
    return (
      <aside className="decision" aria-label="Decision">
        <PanelHead title={`${id} waits no longer`} onClose={close} />
        <p className="dim">It was decided, or the job went on.</p>
      </aside>
    );
  }
  const gone = need === undefined && !loading;
  const changed = need !== undefined && need.etag !== seen.etag;

  return (
    <aside className="decision" aria-label={`Decision: ${seen.title}`}>
      <PanelHead title={seen.title} kind={kindLooks[seen.kind].word} onClose={close} />
      <dl className="facts">
        <dt>Job</dt>
        <dd>
          <Link href={`/jobs/${encodeURIComponent(seen.job_id)}${seen.step ? `?step=${encodeURIComponent(seen.step)}` : ''}`}>
            {seen.job_id}
            {seen.step !== null && ` / ${seen.step}`} <ExternalLink size={12} aria-hidden />
          </Link>
        </dd>
        <dt>Waiting</dt>
        <dd>
          <Time at={seen.since} />
        </dd>
        <dt>Cost so far</dt>
        <dd>{money(seen.cost_usd)}</dd>
        {seen.commit !== null && (
          <>
            <dt>Commit</dt>
            <dd>
              <button type="button" className="mono plain" onClick={() => void copyText(seen.commit ?? '', 'Commit')}>
                {shortCommit(seen.commit)}
              </button>
            </dd>
          </>
        )}
        {seen.category !== null && (
          <>
            <dt>Category</dt>
            <dd>
              <code>{seen.category}</code>
            </dd>
          </>
        )}
      </dl>
      <blockquote className="said">{seen.text}</blockquote>
      {seen.kind === 'approval' && seen.step !== null && <Changes job={seen.job_id} gate={seen.step} />}
      {gone && <p className="notice">This waits no longer: somebody decided, or the job went on.</p>}
      {changed && (
        <p className="notice" role="alert">
          Changed since you looked{need.commit === seen.commit ? '.' : `: it is about ${shortCommit(need.commit)} now.`}
          <Button size="compact-xs" variant="default" onClick={() => setSeen(need)}>
            Look at it now
          </Button>
        </p>
      )}
      {seen.actions.includes('approve') ? (
        <ApprovalForm need={seen} disarmed={gone || changed} onDone={close} />
      ) : (
        <InterventionForm need={seen} disarmed={gone || changed} onDone={close} />
      )}
      <TakeOver job={seen.job_id} />
    </aside>
  );
}

function PanelHead({ title, kind, onClose }: { title: string; kind?: string; onClose: () => void }) {
  return (
    <header className="decision-head">
      <div>
        {kind && <p className="dim">{kind}</p>}
        <h2>{title}</h2>
      </div>
      <ActionIcon aria-label="Close" onClick={onClose}>
        <X size={16} />
      </ActionIcon>
    </header>
  );
}

/** Some things are quicker by hand: where the files are. */
function TakeOver({ job }: { job: string }) {
  const { data } = useQuery(jobQuery(job));
  const workspace = data?.git.workspace;
  if (!workspace) return null;
  return (
    <p className="takeover dim">
      By hand: <code>cd {workspace}</code>
      <Button size="compact-xs" variant="subtle" onClick={() => void copyText(`cd ${workspace}`, 'Command')}>
        Copy
      </Button>
    </p>
  );
}
