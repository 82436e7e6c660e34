import { Button, Modal, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newKey, post } from '../../api/client';
import { meQuery } from '../../api/queries';
import type { Need } from '../../api/types';
import { cli, plural, shortCommit } from '../../format/text';
import { copyText } from '../../shared/copy';
import { eachOf } from '../../shared/eachOf';
import { useReadOnly } from '../../shared/readOnly';
import { StatusIcon } from '../../shared/Status';

/** Approves several gates whose diffs were opened: each commit is named, each request is bound to it, each answer is told. */
export function ApproveDialog({ needs, onClose }: { needs: Need[]; onClose: () => void }) {
  const queries = useQueryClient();
  const me = useQuery(meQuery());
  const readOnly = useReadOnly();
  // Frozen: what is confirmed is what is listed, whatever arrives meanwhile.
  const [frozen] = useState(() => needs.map((need) => ({ need, key: newKey() })));
  const [comment, setComment] = useState('');
  const [phase, setPhase] = useState<'asking' | 'sending' | 'over'>('asking');
  const [answers, setAnswers] = useState<ReadonlyMap<string, string | null>>(new Map());
  const said = comment.trim();

  const send = async () => {
    setPhase('sending');
    await eachOf(frozen, async ({ need, key }) => {
      const body = { comment: said || null, ...(me.data ? { by: me.data.user } : {}), run: true };
      const at = `/approvals/${encodeURIComponent(need.task_id ?? '')}/approve`;
      const why = await post(at, body, { ifMatch: need.etag, idempotencyKey: key }).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      setAnswers((old) => new Map(old).set(need.id, why));
    });
    setPhase('over');
    void queries.invalidateQueries({ queryKey: ['needs'] });
  };
  const commands = frozen.map(({ need }) => cli(['job', 'approve', need.job_id, need.step ?? ''], { comment: said }));

  return (
    <Modal opened onClose={onClose} title={`Approve ${plural(frozen.length, 'commit')}?`} size="md">
      <ul className="bulk-list" aria-label="Commits to approve">
        {frozen.map(({ need }) => {
          const why = answers.get(need.id);
          return (
            <li key={need.id}>
              <code>{shortCommit(need.commit)}</code>
              <span>
                {need.job_id} / {need.step}
              </span>
              {why !== undefined && <StatusIcon status={why === null ? 'SUCCESS' : 'FAILED'} />}
              {why !== undefined && <span className={why === null ? 'dim' : 'tone-fail'}>{why ?? 'approved'}</span>}
            </li>
          );
        })}
      </ul>
      <Textarea
        label="Comment"
        description="Recorded with each of them."
        autosize
        minRows={1}
        data-autofocus
        disabled={phase !== 'asking'}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <div className="dialog-end">
        <Button variant="subtle" color="gray" onClick={() => void copyText(commands.join('\n'), 'Commands')}>
          Copy as CLI
        </Button>
        <span className="dim bulk-sum">{readOnly}</span>
        <Button variant="default" onClick={onClose}>
          {phase === 'over' ? 'Close' : 'Do nothing'}
        </Button>
        {phase !== 'over' && (
          <Button loading={phase === 'sending'} disabled={readOnly !== null} onClick={() => void send()}>
            Approve {plural(frozen.length, 'commit')}
          </Button>
        )}
      </div>
    </Modal>
  );
}
