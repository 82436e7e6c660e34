import { Button } from '@mantine/core';
import { Ban, Pause, Play, RotateCcw } from 'lucide-react';
import { useKey } from '../../keyboard/keys';
import type { JobRow } from '../../api/types';
import { cli, plural } from '../../format/text';
import { copyText } from '../../shared/copy';
import { useUrl } from '../../shared/url';
import { BulkDialog, bulks, type Bulk } from './BulkDialog';

/** What can be done with the selected jobs, and with the job that `?dialog=cancel&job=…` names. */
export function SelectionBar({ rows, onClear }: { rows: JobRow[]; onClear: () => void }) {
  const { params, set } = useUrl();
  const dialog = params.get('dialog') as Bulk | null;
  const named = params.getAll('job');
  const open = (bulk: Bulk) => set({ dialog: bulk, job: rows.map((row) => row.job_id) }, { push: true });
  const close = () => set({ dialog: null, job: null });
  const only = rows.length === 1 ? rows[0] : undefined;
  const command = rows.map((row) => cli(['job', 'status', row.job_id])).join('\n');
  useKey('back', onClear, rows.length > 0);
  useKey('copy.cli', () => void copyText(command, 'Commands'), rows.length > 0);
  useKey('pause', () => open('suspend'), rows.length > 0);

  return (
    <>
      {rows.length > 0 && (
        <div className="selection" role="toolbar" aria-label="Selected jobs">
          <strong>{plural(rows.length, 'job')} selected</strong>
          <Button
            variant="default"
            leftSection={<RotateCcw size={14} />}
            disabled={!only}
            title={only ? undefined : 'A re-run is planned for one job at a time'}
            onClick={() => only && set({ dialog: 'rerun', job: only.job_id }, { push: true })}
          >
            Rerun…
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
          <Button variant="subtle" onClick={() => void copyText(command, 'Commands')}>
            Copy as CLI
          </Button>
          <Button variant="subtle" color="gray" onClick={onClear}>
            Clear
          </Button>
        </div>
      )}
      {dialog !== null && dialog in bulks && named.length > 0 && <BulkDialog bulk={dialog} jobs={named} onClose={close} />}
    </>
  );
}
