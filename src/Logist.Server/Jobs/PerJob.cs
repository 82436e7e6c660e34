using System.Collections.Concurrent;
using Logist.Core;
using Logist.Files;

namespace Logist.Server.Jobs;

/// <summary>What was made of one file of each job, for as long as that file stays the same.</summary>
internal sealed class PerJob<T>(TimeProvider time)
{
    private readonly ConcurrentDictionary<JobId, (FileStatus? File, T Value)> _known = new();

    /// <param name="file">Looked at before it is read: what changes meanwhile is read again the next time.</param>
    public T Get(JobId id, string file, Func<T> read)
    {
        var status = Libc.Status(file);
        return TryGet(id, status, out var known) ? known : Keep(id, status, read());
    }

    /// <inheritdoc cref="Get"/>
    public async ValueTask<T> GetAsync(JobId id, string file, Func<Task<T>> read)
    {
        var status = Libc.Status(file);
        return TryGet(id, status, out var known) ? known : Keep(id, status, await read());
    }

    /// <summary>Forgets jobs that are gone.</summary>
    public void Keep(IReadOnlyList<JobId> existing)
    {
        if (_known.Count > existing.Count)
        {
            var all = existing.ToHashSet();
            foreach (var id in _known.Keys.Where(id => !all.Contains(id)))
            {
                _ = _known.TryRemove(id, out _);
            }
        }
    }

    private bool TryGet(JobId id, FileStatus? status, out T value)
    {
        var found = _known.TryGetValue(id, out var known) && known.File == status;
        value = known.Value;
        return found;
    }

    private T Keep(JobId id, FileStatus? status, T value)
    {
        if (FileAge.IsSettled(status, time))
        {
            _known[id] = (status, value);
        }

        return value;
    }
}
