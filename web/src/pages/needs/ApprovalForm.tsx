import { Button, CloseButton, SegmentedControl, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { jobQuery, meQuery } from '../../api/queries';
import type { Need } from '../../api/types';
import { feedbackOf, reviewOf, useReview, type Comment } from '../../diff/comments';
import { cli, plural, shortCommit } from '../../format/text';
import { canSendBack } from '../../graph/agents';
import { copyText } from '../../shared/copy';
import { useReadOnly } from '../../shared/readOnly';
import { useUrl } from '../../shared/url';
import { useDecide } from './decide';

type Then = 'rerun' | 'stop';

/** Approve or reject. The button names the commit that is approved; the server refuses when that is no longer the input. */
export function ApprovalForm({ need, disarmed, onDone }: { need: Need; disarmed: boolean; onDone: () => void }) {
  const { params, set } = useUrl();
  const me = useQuery(meQuery());
  const readOnly = useReadOnly();
  const rejecting = params.get('decide') === 'reject';
  const [text, setText] = useState('');
  const [wanted, setThen] = useState<Then>('rerun');
  const job = useQuery(jobQuery(need.job_id));
  const alone = job.data !== undefined && !canSendBack(job.data.phases, need.step ?? '');
  const then = alone ? 'stop' : wanted;
  const { comments, remove, clear } = useReview(reviewOf(need));
  const { busy, decide } = useDecide(() => {
    clear();
    onDone();
  });
  // Only what is sent back reaches the agent with what was remarked in the diff.
  const remarks = rejecting && then === 'rerun' ? comments : [];
  const said = [text.trim(), feedbackOf(remarks)].filter((one) => one !== '').join('\n\n');
  const by = me.data?.user;
  const task = encodeURIComponent(need.task_id ?? '');
  const commit = shortCommit(need.commit);
  const blocked = disarmed ? 'It changed: look at it first.' : readOnly;

  const approve = () =>
    decide({
      path: `/approvals/${task}/approve`,
      body: { comment: said || null, ...(by ? { by } : {}), run: true },
      etag: need.etag,
      done: `Approved ${commit} of ${need.job_id}`,
      doing: `Approve ${need.job_id}`,
    });
  const reject = () =>
    decide({
      path: `/approvals/${task}/reject`,
      body: { reason: said, then, ...(by ? { by } : {}), run: then === 'rerun' },
      etag: need.etag,
      done: then === 'rerun' ? `${need.job_id} is sent back` : `${need.job_id} is rejected`,
      doing: `Reject ${need.job_id}`,
    });
  const words = ['job', rejecting ? 'reject' : 'approve', need.job_id, need.step ?? ''];
  const command = cli(words, rejecting ? { reason: said || 'why', then } : { comment: said });

  return (
    <form className="decision-form" onSubmit={(event) => event.preventDefault()}>
      {rejecting && (
        <SegmentedControl
          value={then}
          onChange={(value) => setThen(value)}
          data={[
            { value: 'rerun', label: 'Send back to the agent', disabled: alone },
            { value: 'stop', label: 'Stop here' },
          ]}
        />
      )}
      {rejecting && alone && <p className="dim">No agent comes before this gate: there is nobody to send it back to.</p>}
      {remarks.length > 0 && <Remarks comments={remarks} onRemove={remove} />}
      <Textarea
        label={rejecting ? 'Reason' : 'Comment'}
        withAsterisk={rejecting && remarks.length === 0}
        description={rejecting && then === 'rerun' ? 'The agent reads this in its next attempt.' : undefined}
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="decision-buttons">
        {rejecting ? (
          <>
            <Button color="red" loading={busy} disabled={said === '' || blocked !== null} onClick={() => void reject()}>
              {then === 'stop'
                ? 'Reject and stop'
                : remarks.length > 0
                  ? `Send back with ${plural(remarks.length, 'comment')}`
                  : 'Reject and send back'}
            </Button>
            <Button variant="default" onClick={() => set({ decide: null })}>
              Back
            </Button>
          </>
        ) : (
          <>
            <Button loading={busy} disabled={blocked !== null} onClick={() => void approve()}>
              Approve <span className="mono commit">{commit}</span>
            </Button>
            <Button variant="default" onClick={() => set({ decide: 'reject' })}>
              Reject…
            </Button>
          </>
        )}
        <Button variant="subtle" color="gray" onClick={() => void copyText(command, 'Command')}>
          Copy as CLI
        </Button>
      </div>
      {!rejecting && comments.length > 0 && (
        <p className="dim">Your {plural(comments.length, 'comment')} on the diff go with “Send back”, not with an approval.</p>
      )}
      {(blocked ?? (rejecting && said === '')) && <p className="dim">{blocked ?? 'A reason is needed.'}</p>}
    </form>
  );
}

/** What was remarked in the diff, once more before it is sent. */
function Remarks({ comments, onRemove }: { comments: readonly Comment[]; onRemove: (comment: Comment) => void }) {
  return (
    <ul className="remarks" aria-label="Comments on the diff">
      {comments.map((comment) => (
        <li key={`${comment.path}:${comment.side}:${comment.line}`}>
          <code>
            {comment.path}:{comment.line}
          </code>
          <CloseButton
            size="xs"
            aria-label={`Delete the comment on line ${comment.line} of ${comment.path}`}
            onClick={() => onRemove(comment)}
          />
          <pre>{comment.code}</pre>
          <p>{comment.text}</p>
        </li>
      ))}
    </ul>
  );
}
