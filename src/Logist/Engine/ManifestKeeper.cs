using Logist.Core;
using Logist.Stores;
using Logist.Views;

namespace Logist.Engine;

/// <summary>
/// Keeps the manifest true while the job is driven: at once at every change of the job's status, within
/// <see cref="StepDelay"/> of every other change, off the path of the steps. Used by the loop's thread only.
/// </summary>
internal sealed class ManifestKeeper(IJobStore store, JobId id, JobLayout layout, TimeProvider time)
{
    private static readonly TimeSpan StepDelay = TimeSpan.FromMilliseconds(80);

    /// <summary>On a slow disk a save may take longer than the delay: waiting for its end must not become a busy loop.</summary>
    private static readonly TimeSpan SaveDelay = TimeSpan.FromMilliseconds(5);

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
            var least = _saving.IsCompleted ? TimeSpan.Zero : SaveDelay;
            return left > least ? left : least;
        }
    }

    /// <summary>Call it only while the journal holds all that the state says.</summary>
    public void Changed(LoadedJob job, bool atOnce)
    {
        _dirty = true;
        if (atOnce)
        {
            Save(job);
        }
    }

    /// <summary>Rendering a large job takes a part of a millisecond: once per delay, and saved beside the loop.</summary>
    /// <exception cref="Core.LogistException">An earlier save failed.</exception>
    /// <param name="durable">The journal holds all that the state says: the manifest never refers to less.</param>
    public void Tick(LoadedJob job, bool durable)
    {
        if (_saving.IsFaulted)
        {
            _saving.GetAwaiter().GetResult();
        }

        if (durable && Due == TimeSpan.Zero && _saving.IsCompleted)
        {
            var document = Render(job);
            _saving = Task.Run(() => store.SaveManifestAsync(id, document, CancellationToken.None));
        }
    }

    /// <summary>Saves now; an older document on its way is waited for, so that it cannot come later.</summary>
    public void Save(LoadedJob job)
    {
        _saving.GetAwaiter().GetResult();
        _saving = Task.CompletedTask;
        _ = store.SaveManifestAsync(id, Render(job), CancellationToken.None).GetAwaiter().GetResult();
    }

    private byte[] Render(LoadedJob job)
    {
        _dirty = false;
        _rendered = time.GetTimestamp();
        return ManifestDocument.Render(job.State, job.Recent, store.PositionAt(id, job.State.Seq).Offset, layout);
    }
}
