import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ApiProblem, newKey, post } from '../../api/client';
import type { Result } from '../../api/requests';
import { cli, plural } from '../../format/text';
import { useReadOnly } from '../../shared/readOnly';
import { StatusIcon } from '../../shared/Status';

export const bulks = {
  suspend: { title: 'Suspend', verb: 'Suspend', says: 'Nothing new starts; attempts that are alive finish. Resume goes on.' },
  resume: { title: 'Resume', verb: 'Resume', says: 'Goes on where it was suspended.' },
  cancel: { title: 'Cancel', verb: 'Cancel', says: 'Stops all agents. Everything that was done stays; a rerun can start again.' },
};
export type Bulk = keyof typeof bulks;

type Outcome = { ok: true; status: string } | { ok: false; why: string };

/** Asks once for the jobs it lists, sends one request per job, and reports each one's answer. */
export function BulkDialog({ bulk, jobs, onClose }: { bulk: Bulk; jobs: string[]; onClose: () => void }) {
  const { title, verb, says } = bulks[bulk];
  // The selection is frozen here: what is confirmed is what is listed, whatever the list does meanwhile.
  const [frozen] = useState(() => jobs.map((job) => ({ job, key: newKey() })));
  const [reason, setReason] = useState('');
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [busy, setBusy] = useState(false);
  const readOnly = useReadOnly();
  const blocked = readOnly ?? (bulk === 'cancel' && reason.trim() === '' ? 'A reason is needed.' : null);
  const finished = outcomes.size === frozen.length;

  const send = async () => {
    setBusy(true);
    for (const { job, key } of frozen) {
      if (outcomes.get(job)?.ok) continue;
      const outcome = await post<Result>(`/jobs/${encodeURIComponent(job)}/${bulk}`, bodyOf(bulk, reason), {
        idempotencyKey: key,
      }).then(
        (result): Outcome => ({ ok: true, status: result.status }),
        (error: unknown): Outcome => ({ ok: false, why: error instanceof ApiProblem ? error.message : String(error) }),
      );
      setOutcomes((old) => new Map(old).set(job, outcome));
    }
    setBusy(false);
  };

  return (
    <Modal opened onClose={onClose} title={`${title} ${plural(frozen.length, 'job')}?`}>
      <p className="dim bulk-says">{says}</p>
      <ul className="bulk-list">
        {frozen.map(({ job }) => {
          const outcome = outcomes.get(job);
          return (
            <li key={job}>
              <span className="mono">{job}</span>
              {outcome && <StatusIcon status={outcome.ok ? 'SUCCESS' : 'FAILED'} />}
              {outcome && <span className={outcome.ok ? 'dim' : 'tone-fail'}>{outcome.ok ? 'accepted' : outcome.why}</span>}
            </li>
          );
        })}
      </ul>
      {bulk !== 'resume' && (
        <TextInput
          label="Reason"
          withAsterisk={bulk === 'cancel'}
          value={reason}
          data-autofocus
          disabled={finished}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={(event) =>
            event.key === 'Enter' && (event.metaKey || event.ctrlKey) && blocked === null && !busy && void send()
          }
        />
      )}
      <p className="mono bulk-command">
        {frozen
          .slice(0, 3)
          .map(({ job }) => cli(['job', bulk, job], { reason }))
          .join('\n')}
        {frozen.length > 3 && `\n… and ${frozen.length - 3} more`}
      </p>
      <div className="dialog-end">
        {!finished && <span className="dim">{blocked}</span>}
        <Button variant="default" onClick={onClose}>
          {finished ? 'Close' : 'Do nothing'}
        </Button>
        {!finished && (
          <Button
            color={bulk === 'cancel' ? 'red' : 'petrol'}
            loading={busy}
            disabled={blocked !== null}
            onClick={() => void send()}
          >
            {verb} {plural(frozen.length, 'job')}
          </Button>
        )}
      </div>
    </Modal>
  );
}

function bodyOf(bulk: Bulk, reason: string): object {
  if (bulk === 'resume') return { run: true };
  return bulk === 'suspend' ? { now: false, reason: reason.trim() || null } : { reason: reason.trim() };
}
