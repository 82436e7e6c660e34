import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { jobQuery, meQuery, tasksQuery } from '../api/queries';
import { ErrorState, Skeleton } from '../shared/States';
import { useUrl } from '../shared/url';
import { RerunForm } from './RerunForm';

/** Opened by `?dialog=rerun&job=<job>` on any page; mounted by the frame. `mode`, `step` and `steps=a,b` say what is chosen. */
export function RerunDialog({ job, onClose }: { job: string; onClose: () => void }) {
  const { set } = useUrl();
  const doc = useQuery(jobQuery(job));
  const run = doc.data?.run?.id;
  // A re-execution that makes a new run must not take the form, and what became of it, away while the new tasks are read.
  const tasks = useQuery({ ...tasksQuery(run ?? ''), enabled: run !== undefined, placeholderData: (old) => old });
  const me = useQuery(meQuery());
  const error = doc.error ?? tasks.error ?? me.error;
  const close = () => {
    set({ mode: null, steps: null, of: null });
    onClose();
  };
  const ready = doc.data && me.data && (run === undefined || tasks.data);
  return (
    <Modal opened onClose={close} title={`Rerun ${job}`} size={820} yOffset="5vh">
      {ready ? (
        <RerunForm doc={doc.data} tasks={tasks.data ?? []} user={me.data.user} readOnly={me.data.read_only} onClose={close} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void Promise.all([doc.refetch(), tasks.refetch(), me.refetch()])} />
      ) : (
        <Skeleton rows={6} />
      )}
    </Modal>
  );
}
