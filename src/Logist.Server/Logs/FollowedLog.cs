using Logist.Views;

namespace Logist.Server.Logs;

/// <summary>A part of an attempt's log as far as it was looked at: asked again, only what is new is read.</summary>
internal abstract class FollowedLog : IDisposable
{
    protected const int Chunk = 256 << 10;

    public LineIndex Index { get; protected set; } = new();

    /// <summary>Nothing more comes.</summary>
    public bool IsComplete { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <param name="over">Known before the files are looked at: nobody writes to them any more.</param>
    public void Update(IReadOnlyList<AttemptLog> logs, bool over)
    {
        if (IsComplete)
        {
            return;
        }

        if (WasRewritten(logs, over))
        {
            Restart();
        }

        Take(logs, over);
        if (over)
        {
            Index.End();
        }

        IsComplete = over;
    }

    public void Dispose()
    {
        IsDisposed = true;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>A process that is started again begins its log anew; the end of one that is too long is put in order when it is
    /// over.</summary>
    protected abstract bool WasRewritten(IReadOnlyList<AttemptLog> logs, bool over);

    /// <summary>As if nothing had been read.</summary>
    protected abstract void Restart();

    /// <summary>Takes in what is new.</summary>
    protected abstract void Take(IReadOnlyList<AttemptLog> logs, bool over);

    /// <summary>Its end was overwritten in a circle.</summary>
    protected static bool IsCapped(long length) => length >= StepHost.OutputLayout.Limit;
}

/// <summary>The lines of a log that is shown as it is.</summary>
internal sealed class RawLines : FollowedLog
{
    protected override bool WasRewritten(IReadOnlyList<AttemptLog> logs, bool over)
    {
        using var log = new RawLog(logs);
        return log.Size < Index.Size || (over && Index.Size > 0 && IsCapped(log.Size));
    }

    protected override void Restart() => Index = new LineIndex();

    protected override void Take(IReadOnlyList<AttemptLog> logs, bool over)
    {
        using var log = new RawLog(logs);
        var bytes = new byte[Math.Min(Chunk, Math.Max(0, log.Size - Index.Size))];
        for (int count; (count = log.Read(Index.Size, bytes)) > 0;)
        {
            Index.Add(bytes.AsSpan(0, count));
        }
    }
}
