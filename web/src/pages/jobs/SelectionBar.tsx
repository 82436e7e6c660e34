import { Button } from '@mantine/core';
import { Ban, Columns2, Pause, Play, RotateCcw } from 'lucide-react';
import { useLocation } from 'wouter';
import { compareLink } from '../compare/compared';
import { cli, plural } from '../../format/text';
import { useKey } from '../../keyboard/keys';
import { copyText } from '../../shared/copy';
import { useUrl } from '../../shared/url';
import { BulkDialog, bulks, type Bulk } from './BulkDialog';
import { RerunFailedDialog } from './RerunFailedDialog';

/** So many names fit into an address; more are taken from the selection, which a reload forgets. */
const mostNamed = 50;

interface Props {
  selected: string[];
  shown: number;
  matching: number;
  onSelectAll: () => void;
  onClear: () => void;
}

/** What can be done with the selected jobs, and with the jobs that `?dialog=cancel&job=…` names. */
export function SelectionBar({ selected, shown, matching, onSelectAll, onClear }: Props) {
  const { params, set } = useUrl();
  const [, navigate] = useLocation();
  const dialog = params.get('dialog') ?? '';
  const named = params.getAll('job');
  const jobs = named.length > 0 ? named : selected;
  const open = (name: Bulk | 'rerun-failed') =>
    set({ dialog: name, job: selected.length <= mostNamed ? selected : null }, { push: true });
  const close = () => set({ dialog: null, job: null });
  const rerun = () => (selected.length === 1 ? set({ dialog: 'rerun', job: selected }, { push: true }) : open('rerun-failed'));
  const command = selected.map((job) => cli(['job', 'status', job])).join('\n');
  const some = selected.length > 0;
  useKey('back', onClear, some);
  useKey('copy.cli', () => void copyText(command, 'Commands'), some);
  useKey('pause', () => open('suspend'), some);
  useKey('rerun', rerun, some);

  return (
    <>
      {some && (
        <div className="selection" role="toolbar" aria-label="Selected jobs">
          <strong>{plural(selected.length, 'job')} selected</strong>
          {selected.length >= shown && matching > selected.length && (
            <Button variant="subtle" onClick={onSelectAll}>
              Select all {matching.toLocaleString('en')} matching
            </Button>
          )}
          <Button variant="default" leftSection={<RotateCcw size={14} />} onClick={rerun}>
            {selected.length === 1 ? 'Rerun…' : 'Rerun failed…'}
          </Button>
          <Button variant="default" leftSection={<Pause size={14} />} onClick={() => open('suspend')}>
            Suspend…
          </Button>
          <Button variant="default" leftSection={<Play size={14} />} onClick={() => open('resume')}>
            Resume…
          </Button>
          <Button variant="default" leftSection={<Ban size={14} />} onClick={() => open('cancel')}>
            Cancel…
          </Button>
          {selected.length === 2 && (
            <Button variant="default" leftSection={<Columns2 size={14} />} onClick={() => navigate(compareLink(selected))}>
              Compare
            </Button>
          )}
          <Button variant="subtle" onClick={() => void copyText(command, 'Commands')}>
            Copy as CLI
          </Button>
          <Button variant="subtle" color="gray" onClick={onClear}>
            Clear
          </Button>
        </div>
      )}
      {dialog in bulks && jobs.length > 0 && <BulkDialog bulk={dialog as Bulk} jobs={jobs} onClose={close} />}
      {dialog === 'rerun-failed' && jobs.length > 0 && <RerunFailedDialog jobs={jobs} onClose={close} />}
    </>
  );
}
