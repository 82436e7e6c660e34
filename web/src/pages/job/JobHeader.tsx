import { Button, Tooltip } from '@mantine/core';
import {
  Ban,
  CirclePause,
  Columns2,
  Copy,
  FileDiff,
  GitBranch,
  ListRestart,
  Play,
  RotateCcw,
  SquareCheckBig,
  Wallet,
} from 'lucide-react';
import { Link, useLocation } from 'wouter';
import type { JobDocument } from '../../api/types';
import { cli, count, money, shortCommit } from '../../format/text';
import { duration } from '../../format/time';
import { keyHint } from '../../keyboard/keymap';
import { ActionMenu } from '../../shared/ActionMenu';
import { copyText } from '../../shared/copy';
import { Status } from '../../shared/Status';
import { reasonWords } from '../../shared/status';
import { Time } from '../../shared/Time';
import { compareLink } from '../compare/compared';
import { mainOf, type Verb } from './actions';
import css from './job.module.css';

interface Props {
  doc: JobDocument;
  selected: string[];
  onDo: (verb: Verb) => void;
  /** Shows what the job has changed since its base, if a step changed anything. */
  onChanges: (() => void) | null;
}

export function JobHeader({ doc, selected, onDo, onChanges }: Props) {
  const main = mainOf(doc, selected.length);
  const { can, git } = doc;
  const [, navigate] = useLocation();
  const latestRuns = doc.runs.slice(-2).map((run) => run.id);
  const because = (verb: keyof typeof can) => (can[verb].ok ? null : (can[verb].why ?? 'not possible now'));
  return (
    <header className={css.header}>
      <div className={css.titleRow}>
        <nav aria-label="Breadcrumb">
          <Link href="/jobs" className={css.crumb}>
            Jobs
          </Link>
          <span className={css.crumb} aria-hidden>
            /
          </span>
        </nav>
        <h1>{doc.job_id}</h1>
        <Status status={doc.status} solid />
        {doc.reason && doc.status !== 'APPROVAL_REQUIRED' && <span className={css.reason}>{reasonWords(doc.reason)}</span>}
        <span className="space" />
        <Tooltip label={main.disabled ?? keyHint(main.verb === 'suspend' ? 'pause' : 'rerun')}>
          <Button
            data-main
            disabled={main.disabled !== null}
            {...(main.verb === 'suspend' ? { variant: 'default' } : {})}
            onClick={() => onDo(main.verb)}
          >
            {main.label}
          </Button>
        </Tooltip>
        {can.cancel.ok && (
          <Button variant="default" onClick={() => onDo('cancel')}>
            Cancel…
          </Button>
        )}
        <ActionMenu
          label={`More for ${doc.job_id}`}
          actions={[
            { label: 'Run', icon: Play, run: () => onDo('run'), disabled: because('run') },
            { label: 'Rerun failed steps…', icon: ListRestart, run: () => onDo('rerun'), disabled: because('partial_rerun') },
            { label: 'Rerun…', icon: RotateCcw, run: () => onDo('rerun-all'), disabled: because('rerun') },
            { label: 'Resubmit…', icon: SquareCheckBig, run: () => onDo('resubmit'), disabled: because('resubmit') },
            { label: 'Raise budget…', icon: Wallet, run: () => onDo('budget') },
            { label: 'Pause…', icon: CirclePause, run: () => onDo('suspend'), disabled: because('suspend') },
            { label: 'Resume', icon: Play, run: () => onDo('resume'), disabled: because('resume') },
            {
              label: 'Compare runs',
              icon: Columns2,
              run: () => navigate(compareLink(latestRuns)),
              disabled: latestRuns.length < 2 ? 'it has one run' : null,
            },
            { label: 'Cancel…', icon: Ban, run: () => onDo('cancel'), disabled: because('cancel'), danger: true },
          ]}
          command={commandOf(doc, main.verb, selected)}
        />
      </div>
      {doc.description && <p className={css.description}>{doc.description}</p>}
      <div className={css.facts}>
        {git.branch && (
          <span className={css.fact}>
            <GitBranch size={13} aria-hidden />
            <code>{git.branch}</code>
            <button
              type="button"
              className={css.inline}
              aria-label="Copy the branch"
              onClick={() => void copyText(git.branch, 'Branch')}
            >
              <Copy size={12} />
            </button>
          </span>
        )}
        {git.base && (
          <span className={css.fact}>
            base <code>{git.base}</code>@<code>{shortCommit(git.baseline)}</code>
          </span>
        )}
        {onChanges && (
          <button type="button" className="linkish" onClick={onChanges}>
            <FileDiff size={13} aria-hidden /> Changes
          </button>
        )}
        {doc.live.owner && <span className={css.fact}>driven by {doc.live.owner.name}</span>}
        <span className={css.fact}>
          updated <Time at={doc.updated_at} />
        </span>
        <Budget doc={doc} />
      </div>
    </header>
  );
}

/** What the job has used of what it may use. A bar needs a limit; without one the numbers stand alone. */
function Budget({ doc }: { doc: JobDocument }) {
  const { cumulative_cost_usd: cost, tokens_in, tokens_out, cumulative_time_seconds } = doc.metrics;
  const limit = doc.metrics.budget_usd;
  const share = limit !== null && limit > 0 ? Math.min(1, (cost ?? 0) / limit) : 0;
  const tokens = tokens_in + tokens_out;
  const level = share >= 1 ? 'over' : share >= 0.8 ? 'near' : 'fine';
  return (
    <span className={css.budget}>
      {limit !== null && (
        <span
          className={css.bar}
          role="meter"
          aria-label="Budget used"
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(cost ?? 0, limit)}
          aria-valuetext={`${money(cost)} of ${money(limit)}`}
        >
          <i data-level={level} style={{ width: `${share * 100}%` }} />
        </span>
      )}
      <b>{money(cost)}</b>
      {limit !== null && <span className="quiet">of {money(limit)}</span>}
      {tokens > 0 && <span className="quiet">{count(tokens)} tokens</span>}
      <span className="quiet">{duration(cumulative_time_seconds * 1000)}</span>
    </span>
  );
}

function commandOf(doc: JobDocument, verb: Verb, selected: string[]): string {
  const job = doc.job_id;
  switch (verb) {
    case 'rerun-selected':
      return cli(['job', 'rerun', job], { steps: selected.join(','), reason: '…' });
    case 'rerun':
      return cli(['job', 'rerun', job], { failed: true, reason: '…' });
    case 'suspend':
    case 'resume':
    case 'resubmit':
    case 'run':
      return cli(['job', verb, job]);
    case 'stale':
      return cli(['job', 'run', job], { stale: true });
    case 'budget':
      return cli(['job', 'run', job], { 'budget-usd': (doc.metrics.budget_usd ?? 0) * 2 });
    case 'rerun-all':
      return cli(['job', 'rerun', job]);
    default:
      return cli(['job', 'status', job]);
  }
}
