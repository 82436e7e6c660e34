import { Ban, ExternalLink, Pause, Play, RotateCcw } from 'lucide-react';
import { useLocation } from 'wouter';
import { post } from '../../api/client';
import type { JobRow } from '../../api/types';
import { cli } from '../../format/text';
import { ActionMenu, type Action } from '../../shared/ActionMenu';
import { useReadOnly } from '../../shared/readOnly';
import { toast, toastProblem } from '../../shared/toasts';
import { useUrl } from '../../shared/url';

const finished = ['SUCCESS', 'CANCELED'];

export function JobMenu({ row }: { row: JobRow }) {
  const [, navigate] = useLocation();
  const { set } = useUrl();
  const readOnly = useReadOnly();
  const { job_id, status } = row;
  const active = status === 'RUNNING' || status === 'REVIEWING';
  const damaged = status === 'DAMAGED' ? 'its files are damaged' : null;
  const ended = damaged ?? (finished.includes(status) ? 'the job has ended' : readOnly);

  const send = async (verb: string, done: string, body: object = {}) => {
    try {
      await post(`/jobs/${encodeURIComponent(job_id)}/${verb}`, body);
      toast('ok', `${job_id} ${done}`);
    } catch (error) {
      toastProblem(`${verb} ${job_id}`, error);
    }
  };
  const actions: Action[] = [
    { label: 'Open', icon: ExternalLink, run: () => navigate(`/jobs/${encodeURIComponent(job_id)}`) },
    {
      label: 'Rerun…',
      icon: RotateCcw,
      run: () => set({ dialog: 'rerun', job: job_id }, { push: true }),
      disabled: damaged ?? (active ? 'the job is running' : null),
    },
    status === 'SUSPENDED'
      ? { label: 'Resume', icon: Play, run: () => void send('resume', 'resumed', { run: true }), disabled: readOnly }
      : status === 'PENDING'
        ? { label: 'Run', icon: Play, run: () => void send('run', 'starts'), disabled: readOnly }
        : {
            label: 'Suspend',
            icon: Pause,
            run: () => void send('suspend', 'is being suspended'),
            disabled: ended,
          },
    {
      label: 'Cancel…',
      icon: Ban,
      danger: true,
      run: () => set({ dialog: 'cancel', job: job_id }, { push: true }),
      disabled: ended,
    },
  ];
  return (
    <ActionMenu
      label={`Actions for ${job_id}`}
      actions={actions}
      command={cli(['job', damaged ? 'recover' : 'status', job_id])}
    />
  );
}
