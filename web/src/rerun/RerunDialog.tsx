/** Opened by `?dialog=rerun&job=<job>` on any page; mounted by the frame. */
export function RerunDialog({ job, onClose }: { job: string; onClose: () => void }) {
  return (
    <dialog open aria-label={`Rerun ${job}`}>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
