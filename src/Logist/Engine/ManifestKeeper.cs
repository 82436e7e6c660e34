using Logist.Stores;
using Logist.Views;

namespace Logist.Engine;

/// <summary>
/// Keeps the manifest true while the job is driven: at once at every change of the job's status, within
/// <see cref="StepDelay"/> of every other change, off the path of the steps. Used by the loop's thread only.
/// </summary>
internal sealed class ManifestKeeper(JobLayout layout, TimeProvider time)
{
    private static readonly TimeSpan StepDelay = TimeSpan.FromMilliseconds(80);

    private Task _saving = Task.CompletedTask;
    private long _rendered;
    private bool _dirty;

    /// <summary>When <see cref="Tick"/> wants to be called next; null: nothing waits.</summary>
    public TimeSpan? Due
    {
        get
        {
            if (!_dirty)
            {
                return null;
            }

            var left = _rendered == 0 ? TimeSpan.Zero : StepDelay - time.GetElapsedTime(_rendered);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <param name="offset">Bytes of the journal that the state covers.</param>
    public void Changed(LoadedJob job, long offset, bool atOnce)
    {
        _dirty = true;
        if (atOnce)
        {
            Save(job, offset);
        }
    }

    /// <summary>Rendering a large job takes a part of a millisecond: once per delay, and saved beside the loop.</summary>
    /// <exception cref="Core.LogistException">An earlier save failed.</exception>
    public void Tick(LoadedJob job, long offset)
    {
        if (_saving.IsFaulted)
        {
            _saving.GetAwaiter().GetResult();
        }

        if (Due == TimeSpan.Zero && _saving.IsCompleted)
        {
            var document = Render(job, offset);
            _saving = Task.Run(() => ManifestFile.Save(layout, document));
        }
    }

    /// <summary>Saves now; an older document on its way is waited for, so that it cannot come later.</summary>
    public void Save(LoadedJob job, long offset)
    {
        _saving.GetAwaiter().GetResult();
        _saving = Task.CompletedTask;
        _ = ManifestFile.Save(layout, Render(job, offset));
    }

    private byte[] Render(LoadedJob job, long offset)
    {
        _dirty = false;
        _rendered = time.GetTimestamp();
        return ManifestDocument.Render(job.State, job.Recent, offset, layout);
    }
}
